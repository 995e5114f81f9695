import type { Compiler } from '../model/element';
import { pointer } from '../model/faults';
import type { AggregatePlan, DatasetPlan, GroupedPlan } from '../model/report';
import type { Aggregation, Column } from '../model/value';
import { canAggregate, typeOfAggregate } from '../values/aggregate';
import { didYouMean } from '../values/nearest';

/** `{ sum: net }`, `{ count: true }` for rows, or `{ groupBy: region, sum: net, count: true }`. */
export type AggregateSpec = Partial<Record<Aggregation, string | true>> & { groupBy?: string };

/** What compiling an aggregate needs to know of its dataset. */
interface Setting {
  readonly columns: readonly Column[];
  readonly fault: Compiler['fault'];
}

export function compileAggregates(
  dataset: string,
  specs: Record<string, AggregateSpec>,
  columns: readonly Column[],
  fault: Compiler['fault'],
): Pick<DatasetPlan, 'aggregates' | 'grouped'> {
  const aggregates: AggregatePlan[] = [];
  const grouped: GroupedPlan[] = [];
  for (const [name, { groupBy, ...measures }] of Object.entries(specs)) {
    const path = pointer('data', dataset, 'aggregates', name);
    const plans = compileMeasures(measures, path, { columns, fault });
    if (groupBy !== undefined) grouped.push(compileGrouped(name, groupBy, plans, path, { columns, fault }));
    else aggregates.push(...plans.slice(0, 1).map((plan) => ({ ...plan, name })));
    if (plans.length === 0) {
      const detail = `\`${name}\` has groups, and nothing to say of them.`;
      fault(path, { code: 'aggregate-of-nothing', detail, hint: 'Add `count: true`, or `sum` with a field.' });
    } else if (plans.length > 1 && groupBy === undefined) {
      const detail = `\`${name}\` is one value, and \`${plans.map(({ how }) => how).join('`, `')}\` are several.`;
      fault(path, { code: 'aggregate-of-many', detail, hint: 'Give each a name of its own.' });
    }
  }
  return { aggregates, grouped };
}

/** Each by the name of what it does. */
function compileMeasures(measures: Omit<AggregateSpec, 'groupBy'>, path: string, setting: Setting): AggregatePlan[] {
  return (Object.entries(measures) as [Aggregation, string | true][]).map(([how, field]) => {
    if (field === true) return { name: how, how, column: undefined, type: 'integer' };
    const index = indexOf(field, `${path}/${how}`, setting);
    const type = setting.columns[index]?.type;
    if (type && !canAggregate(how, type)) {
      const detail = `\`${how}\` is not for values of the type ${type}.`;
      const hint = '`count` counts values of any type.';
      setting.fault(`${path}/${how}`, { code: 'total-of-wrong-type', detail, hint });
    }
    return { name: how, how, column: index, type: typeOfAggregate(how, type ?? 'integer') };
  });
}

function compileGrouped(
  name: string,
  groupBy: string,
  measures: readonly AggregatePlan[],
  path: string,
  setting: Setting,
): GroupedPlan {
  const by = indexOf(groupBy, `${path}/groupBy`, setting);
  const key = { name: 'key', type: setting.columns[by]?.type ?? 'string' };
  return { name, by, measures, columns: [key, ...measures.map((each) => ({ name: each.name, type: each.type }))] };
}

function indexOf(field: string, path: string, { columns, fault }: Setting): number {
  const names = columns.map(({ name }) => name);
  const index = names.indexOf(field);
  if (index < 0) {
    const hint = didYouMean(field, names) ?? `Declared are: ${names.slice(0, 20).join(', ')}.`;
    fault(path, { code: 'unknown-field', detail: `There is no field \`${field}\`.`, hint });
  }
  return index;
}
