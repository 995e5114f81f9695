import type { RowPlace, TypedBatch } from '../model/element';
import type { SortKey } from '../model/report';
import type { Value } from '../model/value';
import { compareValues } from '../values/compare';
import type { Segment } from './spool';
import { Spool } from './spool';

/** Rows that are sorted in memory; more are sorted in runs of as many, which are written to a file and merged from it. */
const MAX_ROWS_IN_MEMORY = 20_000;

const BATCH_SIZE = 256;

interface Entry {
  readonly values: readonly Value[];
  readonly place: RowPlace;
  readonly isMarked: boolean;
}

type Compare = (a: readonly Value[], b: readonly Value[]) => number;

/** Compares rows by the first key in which they differ. */
export function comparatorOf(keys: readonly SortKey[]): Compare {
  return (a, b) => {
    for (const { column, isDescending } of keys) {
      const order = compareValues(a[column]!, b[column]!);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  };
}

interface SortOptions {
  /** For rows beyond those that are sorted in memory; the system's own by default. */
  temporaryDirectory?: string | undefined;
  maxRowsInMemory?: number;
}

/** Sorts rows; equal ones stay in the order in which they came. */
export async function* sortRows(
  batches: AsyncIterable<TypedBatch>,
  keys: readonly SortKey[],
  { temporaryDirectory, maxRowsInMemory = MAX_ROWS_IN_MEMORY }: SortOptions = {},
): AsyncGenerator<TypedBatch> {
  const compare = comparatorOf(keys);
  const runs: Segment[][] = [];
  let spool: Spool | undefined;
  let entries: Entry[] = [];
  try {
    for await (const batch of batches) {
      for (const entry of entriesOf(batch)) entries.push(entry);
      if (entries.length < maxRowsInMemory) continue;
      spool ??= await Spool.open(temporaryDirectory);
      const segments: Segment[] = [];
      for (const sorted of batchesOf(entries, compare)) segments.push(await spool.write(sorted));
      runs.push(segments);
      entries = [];
    }
    const last = batchesOf(entries, compare);
    if (!spool) yield* last;
    else yield* mergeRuns([...runs.map((segments) => spool!.read(segments)), last], compare);
  } finally {
    await spool?.close();
  }
}

const entriesOf = ({ rows, places, marked }: TypedBatch): Entry[] =>
  rows.map((values, index) => ({ values, place: places[index]!, isMarked: marked?.has(index) ?? false }));

function* batchesOf(entries: Entry[], compare: Compare): Generator<TypedBatch> {
  entries.sort((a, b) => compare(a.values, b.values));
  for (let start = 0; start < entries.length; start += BATCH_SIZE) {
    yield toBatch(entries.slice(start, start + BATCH_SIZE));
  }
}

function toBatch(entries: readonly Entry[]): TypedBatch {
  const marked = new Set(entries.flatMap(({ isMarked }, index) => (isMarked ? [index] : [])));
  return {
    rows: entries.map(({ values }) => values),
    places: entries.map(({ place }) => place),
    ...(marked.size > 0 && { marked }),
  };
}

/** Takes the least of the runs' first rows again and again; of equal ones that of the earliest run. */
async function* mergeRuns(
  runs: readonly (AsyncIterable<TypedBatch> | Iterable<TypedBatch>)[],
  compare: Compare,
): AsyncGenerator<TypedBatch> {
  const heads: Run[] = [];
  for (const batches of runs) {
    const run = new Run(batches);
    if (await run.fill()) heads.push(run);
  }
  let merged: Entry[] = [];
  while (heads.length > 0) {
    let least = 0;
    for (let index = 1; index < heads.length; index += 1) {
      if (compare(heads[index]!.first.values, heads[least]!.first.values) < 0) least = index;
    }
    const run = heads[least]!;
    merged.push(run.take());
    if (run.isEmpty && !(await run.fill())) heads.splice(least, 1);
    if (merged.length < BATCH_SIZE) continue;
    yield toBatch(merged);
    merged = [];
  }
  if (merged.length > 0) yield toBatch(merged);
}

/** A sorted run, of which one batch is in memory. */
class Run {
  private readonly batches: AsyncIterator<TypedBatch>;
  private entries: readonly Entry[] = [];
  private index = 0;

  constructor(batches: AsyncIterable<TypedBatch> | Iterable<TypedBatch>) {
    this.batches = iterate(batches);
  }

  get isEmpty(): boolean {
    return this.index >= this.entries.length;
  }

  get first(): Entry {
    return this.entries[this.index]!;
  }

  take(): Entry {
    this.index += 1;
    return this.entries[this.index - 1]!;
  }

  /** False at the end of the run. */
  async fill(): Promise<boolean> {
    const next = await this.batches.next();
    if (next.done === true) return false;
    this.entries = entriesOf(next.value);
    this.index = 0;
    return true;
  }
}

async function* iterate(batches: AsyncIterable<TypedBatch> | Iterable<TypedBatch>): AsyncGenerator<TypedBatch> {
  yield* batches;
}
