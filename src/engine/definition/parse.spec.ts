import type { DefinitionError } from '../model/faults';
import { parseDefinition } from './parse';

function faultsOf(text: string): readonly object[] {
  try {
    parseDefinition(text);
    return [];
  } catch (error) {
    return (error as DefinitionError).faults;
  }
}

const faultOf = (text: string): object | undefined => faultsOf(text)[0];

describe('parseDefinition', () => {
  it('reads YAML and JSON as the same', () => {
    const yaml = 'name: x\nbody:\n  - { type: text, text: "no", size: 0x10 }\n  - yes\n';
    const json = '{"name": "x", "body": [{"type": "text", "text": "no", "size": 16}, "yes"]}';
    expect(parseDefinition(yaml)).toEqual(parseDefinition(json));
  });

  it.each([
    ['a: 1\nb: 2\na: 3', 'duplicate-key', 3, 1],
    ['a: {b: 1,\n "b": 2}', 'duplicate-key', 2, 2],
    ['? a\n? a', 'duplicate-key', 2, 3],
    ['1: a\n"1": b', 'duplicate-key', 2, 1],
    ['a: 1\n  b: 2', 'block-as-implicit-key', 1, 4],
    ['a: !!js/function x', 'tag-resolve-failed', 1, 4],
    ['a: "x', 'missing-char', 1, 6],
  ])('refuses %j where it is wrong', (text, code, line, column) => {
    expect(faultOf(text)).toMatchObject({ code, line, column });
  });

  it.each([
    ['a:\n  text: Total: x\n', 2, 9, /`: ` in quotes/],
    ['a: { accent: #0B4F8A }\nb: 1\n', 1, 14, /Put a colour/],
    ['a:\n  - { text: ${params.x} }\n', 2, 14, /Put a text with `{`/],
    ["a: 'it's'\n", 1, 8, /written twice/],
    ['a: @b\n', 1, 4, /in quotes/],
  ])('says once what a slip is, and how to mend it: %j', (text, line, column, hint) => {
    expect(faultsOf(text)).toEqual([
      expect.objectContaining({ line, column, hint: expect.stringMatching(hint) as string }),
    ]);
  });

  it('says of a text with several documents, or nested without end, what it is', () => {
    expect(faultOf('a: 1\n---\nb: 1\n')).toMatchObject({ detail: expect.stringContaining('one document') as string });
    expect(faultOf('['.repeat(8000))).toMatchObject({ code: 'too-deep' });
  });

  it.each([
    ['a: &a [*a]', 'cyclic-alias', '/a/0'],
    ['a: &a {b: {c: *a}}', 'cyclic-alias', '/a/b/c'],
    ['data: *zz', 'unknown-alias', ''],
    ['a: [1, .inf]', 'not-json', '/a/1'],
    ['a: -.inf', 'not-json', '/a'],
    ['a: .nan', 'not-json', '/a'],
    ['{"a": 1e400}', 'not-json', '/a'],
  ])('refuses %j, which JSON cannot say', (text, code, path) => {
    expect(faultOf(text)).toMatchObject({ code, path });
  });

  it('reads what aliases share', () => {
    expect(parseDefinition('a: &a [1]\nb: *a\nc: [*a, *a]')).toEqual({ a: [1], b: [1], c: [[1], [1]] });
  });

  it.each([
    ['of lines', '- a\n'.repeat(20_000)],
    ['of members', Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['of brackets', '['.repeat(100_000)],
    ['of empty documents', '---\n'.repeat(100_000)],
    ['of empty lines', '\n'.repeat(100_000)],
  ])('refuses a text with too many words, %s, before it builds anything', (_, text) => {
    expect(faultOf(text)).toMatchObject({ code: 'too-large', path: '' });
  });

  it('ends soon with what is nested or multiplied without end', () => {
    expect(faultOf('['.repeat(100_000))).toBeDefined();
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const bomb = letters.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${letters[index - 1]!}`)
          .join()}]`,
    );
    expect(faultOf(bomb.join('\n'))).toMatchObject({ code: 'too-many-aliases' });
    expect(faultOf(`a: ${'x'.repeat(10_000_000)}`)).toMatchObject({ code: 'too-large' });
  });
});
