import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { TypedBatch } from '../model/element';
import { RenderError } from '../model/faults';
import type { GroupedPlan } from '../model/report';
import type { Value } from '../model/value';
import { Aggregator } from '../values/aggregate';
import { BATCH_SIZE } from './read-rows';

/** They are all in memory, and nobody reads a list of more. */
const MAX_GROUPS = 10_000;

interface Group {
  readonly key: Value;
  readonly totals: readonly Aggregator[];
}

/** Room for the groups of all aggregates of a report together. */
export class GroupRoom {
  private count = 0;

  /** @throws RenderError where there is no more. */
  take(dataset: string, name: string): void {
    this.count += 1;
    if (this.count <= MAX_GROUPS) return;
    const detail = `The aggregates of the report have more than ${MAX_GROUPS} groups, with those of ${name}. Group by a field that has fewer values.`;
    throw new RenderError('data_too_large', detail, { dataset });
  }
}

/** Adds rows up by a field, whose equal values make a group wherever they come; groups are in the order of their first rows. */
export class RowGroups {
  private readonly groups = new Map<unknown, Group>();

  constructor(
    private readonly dataset: string,
    private readonly plan: GroupedPlan,
    private readonly room: GroupRoom,
  ) {}

  add(values: readonly Value[]): void {
    const key = values[this.plan.by]!;
    const identity = identityOf(key);
    let group = this.groups.get(identity);
    if (!group) {
      this.room.take(this.dataset, this.plan.name);
      group = { key, totals: this.plan.measures.map(({ how }) => new Aggregator(how)) };
      this.groups.set(identity, group);
    }
    for (const [index, { column }] of this.plan.measures.entries()) {
      group.totals[index]!.add(column === undefined ? true : values[column]!);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as any other source of batches
  async *batches(): AsyncGenerator<TypedBatch> {
    const rows = [...this.groups.values()].map(({ key, totals }) => [key, ...totals.map((each) => each.result())]);
    for (let start = 0; start < rows.length; start += BATCH_SIZE) {
      const batch = rows.slice(start, start + BATCH_SIZE);
      yield { rows: batch, places: batch.map((_, index) => ({ row: start + index + 1 })) };
    }
  }
}

/** The same for values of a column that are equal, such as 1.5 and 1.50. */
function identityOf(value: Value): unknown {
  if (value instanceof CalendarDate) return value.iso;
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'bigint' && !(value instanceof Decimal)) return value;
  const digits = String(value);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
