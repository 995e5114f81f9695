import type { FieldType } from '../model/value';
import { ValueFault, readValue } from './read-value';

const read = (raw: unknown, type: FieldType, isRequired = false): unknown =>
  readValue(raw, { name: 'x', from: 'x', type, isRequired });

const fault = (raw: unknown, type: FieldType): string => {
  const value = read(raw, type);
  return value instanceof ValueFault ? value.detail : `no fault: ${String(value)}`;
};

describe('readValue', () => {
  it.each<[unknown, FieldType, string]>([
    ['12', 'integer', '12'],
    ['-900719925474099300000', 'integer', '-900719925474099300000'],
    [9007199254740991, 'integer', '9007199254740991'],
    ['0.10', 'decimal', '0.10'],
    [0.1, 'decimal', '0.1'],
    [123456.789012345, 'decimal', '123456.789012345'],
    [1e-7, 'decimal', '0.0000001'],
    ['true', 'boolean', 'true'],
    [false, 'boolean', 'false'],
    ['2026-02-28', 'date', '2026-02-28'],
    ['', 'string', ''],
  ])('reads %j as %s', (raw, type, expected) => {
    expect(String(read(raw, type))).toBe(expected);
  });

  it('reads a time with its offset', () => {
    expect(read('2026-01-31t09:30:00.25+02:00', 'dateTime')).toEqual(new Date('2026-01-31T07:30:00.250Z'));
  });

  it('takes missing, null and empty cells for nothing, unless a value is required', () => {
    for (const raw of [undefined, null, '']) {
      expect(read(raw, 'integer')).toBeNull();
      expect(read(raw, 'integer', true)).toBeInstanceOf(ValueFault);
    }
    expect(read('', 'string', true)).toBe('');
  });

  it.each<[unknown, FieldType]>([
    [2 ** 53, 'integer'],
    [2 ** 60, 'decimal'],
    [0.1 + 0.2, 'decimal'],
  ])('does not trust the JSON number %d, and asks for a string', (raw, type) => {
    expect(fault(raw, type)).toMatch(/lost digits .* as a string/);
  });

  it.each<[unknown, FieldType]>([
    ['1.5', 'integer'],
    [1.5, 'integer'],
    ['12a', 'decimal'],
    ['Infinity', 'decimal'],
    ['yes', 'boolean'],
    [1, 'boolean'],
    ['2026-02-30', 'date'],
    ['2026-01-31T09:30:00', 'dateTime'],
    ['2026-02-30T09:30:00Z', 'dateTime'],
    ['2026-01-31T24:00:00Z', 'dateTime'],
    [5, 'string'],
    [{}, 'string'],
    [[], 'integer'],
  ])('refuses %j as %s', (raw, type) => {
    expect(fault(raw, type)).toMatch(/^must be .*, and is /);
  });

  it('shortens the value that it names', () => {
    expect(fault('x'.repeat(10_000), 'integer').length).toBeLessThan(100);
  });
});
