import type { DatasetPlan, Passes } from '../model/report';
import { isAggregated } from '../model/report';
import type { MemberTypes } from '../values/environment';

/**
 * Plans how often the rows of each dataset are gone through, given the datasets that elements read, one by one, and how often
 * they are counted.
 */
export function planPasses(
  data: ReadonlyMap<string, DatasetPlan>,
  reads: readonly string[],
  counted: ReadonlyMap<string, number>,
): Map<string, Passes> {
  const readersOf = (dataset: string): number => reads.filter((each) => each === dataset).length;
  return new Map([...data].map(([name, plan]) => [name, passesOf(plan, readersOf(name), counted.get(name) ?? 0)]));
}

function passesOf(plan: DatasetPlan, readers: number, counted: number): Passes {
  const { orderBy } = plan;
  const hasAggregates = isAggregated(plan);
  const count = readers + counted + (hasAggregates ? 1 : 0);
  const kinds = [
    ...(orderBy.length > 0 && count > 0 ? ['sorting' as const] : []),
    ...(hasAggregates || count > 1 ? ['reading' as const] : []),
    ...Array.from({ length: counted }, () => 'counting' as const),
    ...Array.from({ length: readers }, () => 'rendering' as const),
  ];
  const reasons = [
    ...(hasAggregates ? ['its aggregates are known before the first page'] : []),
    ...(counted > 0 ? ['its groups are counted for the table of contents'] : []),
    ...(readers > 1 ? [`${readers} elements read its rows`] : []),
    ...(orderBy.length > 0 ? ['its rows are sorted'] : []),
  ];
  const isSpooled = count > 1 || orderBy.length > 0;
  const reason = reasons.length > 0 ? reasons.join(', and ') : 'its rows are laid out while they come';
  return { count, kinds, isSpooled, reason };
}

/** Types of the aggregates by dataset, as expressions see them in `data`; undefined where there are none. */
export function aggregateTypes(data: ReadonlyMap<string, DatasetPlan>): Record<string, MemberTypes> | undefined {
  const types = [...data]
    .filter(([, { aggregates }]) => aggregates.length > 0)
    .map(([name, { aggregates }]) => [name, Object.fromEntries(aggregates.map((each) => [each.name, each.type]))]);
  return types.length > 0 ? (Object.fromEntries(types) as Record<string, MemberTypes>) : undefined;
}
