import type { DefinitionFault } from '../model/faults';
import type { ParametersPlan } from '../model/report';
import { compileParameters } from './parameters';

const object = (properties: object, members: object = {}): Record<string, unknown> => ({
  type: 'object',
  properties,
  ...members,
});

function planOf(schema: Record<string, unknown>): ParametersPlan {
  const compiled = compileParameters(schema);
  if (Array.isArray(compiled)) throw new Error(compiled.map(({ detail }) => detail).join(' '));
  return compiled;
}

const faultsOf = (schema: Record<string, unknown>): readonly DefinitionFault[] => {
  const compiled = compileParameters(schema);
  return Array.isArray(compiled) ? compiled : [];
};

describe('compileParameters', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an asynchronous validator', object({}, { $async: true }), '/parameters/$async'],
    ['a reference', object({ a: { $ref: '#/properties/b' }, b: {} }), '/parameters/properties/a/$ref'],
    ['definitions', object({}, { $defs: { a: {} } }), '/parameters/$defs'],
    [
      'a dynamic reference',
      object({ a: { items: { $dynamicRef: '#x' } } }),
      '/parameters/properties/a/items/$dynamicRef',
    ],
    ['an anchor', object({ a: { anyOf: [{}, { $anchor: 'x' }] } }), '/parameters/properties/a/anyOf/1/$anchor'],
    ['conditions', object({}, { if: {}, then: {} }), '/parameters/then'],
    ['a keyword that is none', object({ a: { requird: true } }), '/parameters/properties/a/requird'],
  ])('refuses %s where it stands', (_, schema, path) => {
    expect(faultsOf(schema)).toContainEqual(expect.objectContaining({ path, code: 'schema-refused' }));
  });

  it('leaves names of properties, and values, to the author', () => {
    const { types } = planOf(object({ if: { type: 'integer', default: 1 }, a: { default: { $ref: 'x' } } }));
    expect(types).toEqual({ if: 'integer', a: undefined });
    const inner = planOf(object({ a: object({ 'any name': { type: 'string' } }) }));
    expect(inner.check({ a: { 'any name': 1 } })).toMatchObject([{ pointer: '/a/any name' }]);
  });

  it('adds up what all patterns take', () => {
    const one = { type: 'string', pattern: '^(?:a|a){16}$' };
    expect(faultsOf(object({ a: one }))).toEqual([]);
    expect(faultsOf(object({ a: one, b: one, c: one }))).toMatchObject([{ code: 'pattern-refused' }]);
  });

  it('ends soon with what takes the longest of all that it allows', () => {
    const text = 'a'.repeat(17) + 'b';
    const branches = Array.from({ length: 50 }, (_, index) => ({ const: index }));
    const names = Array.from({ length: 1900 }, (_, index) => `n${index}`);
    const hostile: [Record<string, unknown>, unknown][] = [
      [object({ l: { items: { pattern: '^(?:a|a){16}$' } } }), Array(2000).fill(text)],
      [object({ l: { items: { anyOf: branches } } }), Array(2000).fill('x')],
      [object({ l: { items: { required: names } } }), Array(2000).fill({})],
      [object({ l: { uniqueItems: true, items: {} } }), Array.from({ length: 1900 }, (_, index) => [index])],
      [object({ l: { items: { type: 'string', format: 'email' } } }), Array(30).fill(`a@${'a'.repeat(4000)}`)],
    ];
    for (const [schema, l] of hostile) {
      const plan = planOf(schema);
      for (const count of [20, 130, 1900])
        expect(plan.check({ l: (l as unknown[]).slice(0, count) })).toEqual(expect.any(Array));
    }
  });
});
