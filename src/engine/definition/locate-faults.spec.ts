import { DefinitionError } from '../model/faults';
import { compile } from './compile';
import { parseDefinition } from './parse';

const source = `pressroom: 1
name: sales
data:
  sales: { fields: { net: decimal, qty: intger } }
body:
  - type: text
    text: Hello
  - &table
    type: table
    data: sales
    columns:
      - { field: nett }
      - field: net
        "to/tal": sum
  - *table
`;

function placesOf(text: string): string[] {
  try {
    compile(parseDefinition(text));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return error.faults.map(({ path, line, column }) => `${path} ${line}:${column}`);
  }
  return [];
}

describe('the faults of a definition that was read from a text', () => {
  it('have line and column of what a fault is about, also where an alias stands for it', () => {
    expect(placesOf(source)).toEqual([
      '/data/sales/fields/qty 4:41',
      '/body/1/columns/1/to~1tal 14:9',
      '/body/2/columns/1/to~1tal 14:9',
    ]);
    const next = source.replace('intger', 'integer').replace('"to/tal"', 'total');
    expect(placesOf(next)).toEqual(expect.arrayContaining(['/body/1/columns/0/field 12:18']));
  });

  it('stand where something is missing', () => {
    expect(placesOf('pressroom: 1\nname: x\nbody:\n  - { type: table, data: d }\n')).toEqual(['/body/0 4:5']);
    expect(placesOf('{ "pressroom": 1, "name": "x" }')).toEqual([' 1:1']);
  });
});
