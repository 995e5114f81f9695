import type { Compiler } from '../model/element';
import { pointer } from '../model/faults';
import type { AggregatePlan } from '../model/report';
import type { Aggregation, Column, FieldType } from '../model/value';
import { canAggregate } from '../values/aggregate';
import { didYouMean } from '../values/nearest';

/** `{ sum: net }`, or `{ count: true }` for rows. */
export type AggregateSpec = Partial<Record<Aggregation, string | true>>;

export function compileAggregates(
  dataset: string,
  specs: Record<string, AggregateSpec>,
  columns: readonly Column[],
  fault: Compiler['fault'],
): AggregatePlan[] {
  return Object.entries(specs).map(([name, spec]) => {
    const [how, field] = Object.entries(spec)[0] as [Aggregation, string | true];
    const path = pointer('data', dataset, 'aggregates', name, how);
    if (field === true) return { name, how, column: undefined, type: 'integer' };
    const index = columns.findIndex((column) => column.name === field);
    const column = columns[index];
    if (!column) {
      const names = columns.map((each) => each.name);
      const hint = didYouMean(field, names) ?? `Declared are: ${names.slice(0, 20).join(', ')}.`;
      fault(path, { code: 'unknown-field', detail: `There is no field \`${field}\`.`, hint });
    } else if (!canAggregate(how, column.type)) {
      const detail = `\`${how}\` is not for values of the type ${column.type}.`;
      fault(path, { code: 'total-of-wrong-type', detail, hint: '`count` counts values of any type.' });
    }
    return { name, how, column: index, type: typeOf(how, column?.type ?? 'integer') };
  });
}

function typeOf(how: Aggregation, type: FieldType): FieldType {
  if (how === 'count') return 'integer';
  return how === 'avg' ? 'decimal' : type;
}
