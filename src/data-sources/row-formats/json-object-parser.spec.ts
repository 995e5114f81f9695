import * as fc from 'fast-check';
import { JsonObjectParser } from './json-object-parser';

/** What `JSON.parse` does: the value, in which `toStrictEqual` sees prototypes too, or that there is none. */
function outcomeOf(parse: () => unknown): unknown {
  try {
    return { value: parse(), names: Object.keys(Object(parse()) as object) };
  } catch (error) {
    return (error as Error).name;
  }
}

function expectAsJsonParse(texts: readonly string[]): void {
  const parser = new JsonObjectParser();
  for (const each of texts) {
    // Half of a surrogate pair has no UTF-8.
    const bytes = Buffer.from(`x${each}\n`);
    const text = bytes.toString().slice(1, -1);
    const parse = () => parser.parsePlain(bytes, 1, bytes.length - 1) ?? parser.parse(text);
    expect(outcomeOf(parse)).toStrictEqual(outcomeOf(() => JSON.parse(text) as unknown));
  }
}

const plain = { id: 12, name: 'Łódź', price: '0.10', rate: -1.5e-7, isPaid: true, isOld: false, note: null };
const written = JSON.stringify(plain);
const spaced = JSON.stringify(plain).replaceAll(/[:,]/g, '$& ');

describe('JsonObjectParser', () => {
  it.each([
    ['objects of the same members', [written, written.replace('12', '-0'), written.replace('12', '9007199254740993')]],
    ['white space as the first has it', [spaced, spaced, `${spaced}\r`, ` ${spaced}\t`, written]],
    ['members that change', [written, '{"id":1}', '{"id":1,"name":"x"}', '{}', '{}', written]],
    ['a name that is there twice', ['{"a":1,"a":2}', '{"a":1,"a":3}', '{"a":4}']],
    ['names that are numbers, or that every object has', ['{"2":1,"1":2}', '{"2":3,"1":4}', '{"toString":"x"}']],
    ['__proto__', ['{"__proto__":1}', '{"__proto__":{"a":1}}', '{"a":1,"__proto__":"x"}', '{"a":1,"__proto__":"x"}']],
    ['values of other kinds', ['{"a":1}', '{"a":{"b":[1]}}', '{"a":[]}', '{"a":"\\u0041\\n"}', '{"a":"\\""}']],
    ['what is no object', ['{"a":1}', '[1]', '1', 'null', '"a"', '{"a":1}']],
    [
      'what is not JSON',
      [written, ...['01', '1.', '.5', '+1', '1e', '-', 'nul', 'nulll', 'NaN', '"x', '"\t"', "'x'", '']].map((value) =>
        value.startsWith('{') ? value : written.replace('12', value),
      ),
    ],
    ['what goes on after the end', ['{"a":1}', '{"a":1}}', '{"a":1},', '{"a":1}{"a":1}', '{"a":1', '{"a":1 }']],
  ])('reads %s as JSON.parse does', (_case, texts) => {
    expectAsJsonParse(texts);
  });

  it('reads any JSON, whole or damaged, as JSON.parse does', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary' }), fc.double(), fc.integer());
    const object = fc.record(
      { id: value, 'a name': value, ü: value },
      { requiredKeys: ['id', 'a name'], noNullPrototype: true },
    );
    const text = fc.oneof(object, object, fc.jsonValue()).map((each) => JSON.stringify(each));
    const damaged = fc
      .tuple(text, fc.nat(), fc.constantFrom('', ',', '"', '\\', '}', '0', 'e', ' ', '\u0001'))
      .map(([whole, at, sign]) => whole.slice(0, at % whole.length) + sign + whole.slice((at % whole.length) + 1));
    fc.assert(fc.property(fc.array(fc.oneof(text, text, damaged), { maxLength: 12 }), expectAsJsonParse));
  });
});
