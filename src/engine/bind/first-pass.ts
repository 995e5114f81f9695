import type { TypedBatch } from '../model/element';
import type { AggregatePlan, CompiledReport } from '../model/report';
import { nameOfGroups } from '../model/report';
import type { Value } from '../model/value';
import { Aggregator } from '../values/aggregate';
import { GroupRoom, RowGroups } from './group-rows';
import type { Segment } from './spool';
import { Spool } from './spool';

/** What a pass over the rows leaves: the aggregates by dataset, and the rows of those that are read again and of groups. */
export interface FirstPass {
  readonly aggregates: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  readonly rows: ReadonlyMap<string, () => AsyncIterable<TypedBatch>>;
  close(): Promise<void>;
}

/** Goes through the datasets that the plan of the report says so of, each once, before the first page. */
export async function passFirst(
  report: CompiledReport,
  read: (dataset: string) => AsyncIterable<TypedBatch>,
  temporaryDirectory?: string,
): Promise<FirstPass> {
  const aggregates: Record<string, Record<string, Value>> = {};
  const rows = new Map<string, () => AsyncIterable<TypedBatch>>();
  const room = new GroupRoom();
  let spool: Spool | undefined;
  const close = async (): Promise<void> => spool?.close();
  try {
    for (const [dataset, plan] of report.data) {
      const { kinds } = report.passes.get(dataset)!;
      if (!kinds.includes('reading')) continue;
      const hasReaders = kinds.includes('rendering');
      const totals = plan.aggregates.map((each) => new Aggregator(each.how));
      const grouped = plan.grouped.map((each) => new RowGroups(dataset, each, room));
      const segments: Segment[] = [];
      for await (const batch of read(dataset)) {
        for (const values of batch.rows) {
          addRow(values, plan.aggregates, totals);
          for (const groups of grouped) groups.add(values);
        }
        if (hasReaders) segments.push(await (spool ??= await Spool.open(temporaryDirectory)).write(batch));
      }
      aggregates[dataset] = Object.fromEntries(
        plan.aggregates.map(({ name }, index) => [name, totals[index]!.result()]),
      );
      for (const [index, { name }] of plan.grouped.entries()) {
        rows.set(nameOfGroups(dataset, name), () => grouped[index]!.batches());
      }
      rows.set(dataset, () => (segments.length > 0 ? spool!.read(segments) : noRows()));
    }
    return { aggregates, rows, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addRow(values: readonly Value[], plans: readonly AggregatePlan[], totals: readonly Aggregator[]): void {
  for (const [index, { column }] of plans.entries()) totals[index]!.add(column === undefined ? true : values[column]!);
}

// eslint-disable-next-line @typescript-eslint/require-await -- as a source of batches that has none
async function* noRows(): AsyncGenerator<TypedBatch> {
  yield* [];
}
