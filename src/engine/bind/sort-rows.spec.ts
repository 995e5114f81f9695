import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { TypedBatch } from '../model/element';
import type { SortKey } from '../model/report';
import type { Value } from '../model/value';
import { sortRows } from './sort-rows';
import { Spool } from './spool';

async function* batchesOf(rows: readonly Value[][], size: number): AsyncGenerator<TypedBatch> {
  await Promise.resolve();
  for (let start = 0; start < rows.length; start += size) {
    const batch = rows.slice(start, start + size);
    const marked = new Set(batch.flatMap((row, index) => (row[0] === 13n ? [index] : [])));
    const places = batch.map((_, index) => ({ row: start + index + 1 }));
    yield { rows: batch, places, ...(marked.size > 0 && { marked }) };
  }
}

async function sorted(
  rows: readonly Value[][],
  keys: readonly SortKey[],
  inMemory: number,
): Promise<{ rows: (readonly Value[])[]; marked: unknown[] }> {
  const result: { rows: (readonly Value[])[]; marked: unknown[] } = { rows: [], marked: [] };
  for await (const batch of sortRows(batchesOf(rows, 10), keys, { maxRowsInMemory: inMemory })) {
    result.rows.push(...batch.rows);
    for (const index of batch.marked ?? []) result.marked.push(batch.rows[index]![0]);
  }
  return result;
}

const key = (column: number, isDescending = false): SortKey => ({ column, isDescending });
const leftOvers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('pressroom-spool-'));

describe('sortRows', () => {
  it('sorts as the language does, stable, in memory as through a file, whatever the runs', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom('a', 'b', 'B', null)), {
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 100 }), fc.boolean(), async (given, inMemory, isDescending) => {
        const values = given.map(([number, text], index): Value[] => [BigInt(number), text, BigInt(index)]);
        const textOf = (row: readonly Value[]): string => (row[1] === null ? '~' : String(row[1]));
        const expected = [...values].sort((a, b) => {
          if (textOf(a) !== textOf(b)) return textOf(a) < textOf(b) ? -1 : 1;
          return (Number(a[0]) - Number(b[0])) * (isDescending ? -1 : 1);
        });
        const result = await sorted(values, [key(1), key(0, isDescending)], inMemory);
        expect(result.rows).toEqual(expected);
        expect(result.marked).toEqual(expected.filter((row) => row[0] === 13n).map((row) => row[0]));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves no file behind, also where nobody reads to the end', async () => {
    const before = leftOvers();
    const rows = Array.from({ length: 100 }, (_, index): Value[] => [BigInt(index)]);
    for await (const batch of sortRows(batchesOf(rows, 10), [key(0)], { maxRowsInMemory: 20 })) {
      expect(batch.rows).toHaveLength(100);
      break;
    }
    expect(leftOvers()).toEqual(before);
  });
});

describe('Spool', () => {
  it('gives back values of every type as they were, in any order of segments', async () => {
    const rows: Value[][] = [
      ['é', 12345678901234567890n, Decimal.parse('-1.50')!, true],
      [CalendarDate.parse('2026-02-28')!, new Date(5), null, ''],
    ];
    const places = [{ row: 1, line: 7 }, { row: 2 }];
    const spool = await Spool.open();
    const first = await spool.write({ rows, places });
    const second = await spool.write({ rows: [[1n]], places: [{ row: 3 }], marked: new Set([0]) });
    const batches: TypedBatch[] = [];
    for await (const batch of spool.read([second, first])) batches.push(batch);
    await spool.close();
    expect(batches).toEqual([
      { rows: [[1n]], places: [{ row: 3 }], marked: new Set([0]) },
      { rows, places },
    ]);
    expect(batches[1]!.rows[0]![2]).toBeInstanceOf(Decimal);
  });
});
