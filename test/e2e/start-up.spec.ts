import { execFileSync } from 'node:child_process';
import type { DefinitionError } from '../../src/engine';
import { compile } from '../../src/engine';

const column = { value: 'row.amount' };
const sound = {
  pressroom: 1,
  data: { rows: { fields: { amount: 'integer' } } },
  body: [{ type: 'table', data: 'rows', columns: [column] }],
};

/** What a new process prints that runs `script` with the built engine as `engine`. */
function inNewProcess(script: string): unknown {
  const code = `const engine = require('./dist/engine'); console.log(JSON.stringify((() => { ${script} })()))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }));
}

describe('the built engine', () => {
  it('loads no compiler of schemas for a definition without parameters', () => {
    const loaded = (definition: object): string[] =>
      inNewProcess(
        `engine.compile(${JSON.stringify(definition)}); return Object.keys(require.cache).filter((file) => /ajv.dist.(core|compile)/.test(file))`,
      ) as string[];
    expect(loaded(sound)).toEqual([]);
    expect(loaded({ ...sound, parameters: { type: 'object' } })).not.toEqual([]);
  });

  it.each<[string, object]>([
    ['a definition', { pressroom: 2, nmae: 'x', body: [{ type: 'tabel' }, { type: 'table', columns: [{}] }] }],
    [
      'a schema of parameters',
      { ...sound, parameters: { type: 'object', properties: { a: { type: 'strng' }, b: 5 } } },
    ],
  ])('finds the faults of %s that the sources find', (_, definition) => {
    const faultsOf = `try { engine.compile(${JSON.stringify(definition)}) } catch (error) { return error.faults }`;
    let faults: unknown = [];
    try {
      compile(definition);
    } catch (error) {
      faults = (error as DefinitionError).faults;
    }
    expect(faults).not.toEqual([]);
    expect(inNewProcess(faultsOf)).toEqual(faults);
  });
});
