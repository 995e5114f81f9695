import type { CompiledReport, DatasetPlan, Passes } from '../model/report';
import { isStreamed } from '../model/report';
import type { FieldType } from '../model/value';

/** What compiling found out about a definition, as plain data. */
export interface DefinitionDescription {
  readonly name: string;
  /** Whether pages are made while the rows still come. */
  readonly streamable: boolean;
  /** Why, in words. */
  readonly reason: string;
  readonly parameters: {
    /** JSON Schema 2020-12; one that allows none where the definition has none. */
    readonly schema: object;
    /** Types as expressions see them, by name; null for one that only the value tells. */
    readonly types: Readonly<Record<string, FieldType | null>>;
  };
  /** By name, in the order of their declaration. */
  readonly datasets: Readonly<Record<string, DatasetDescription>>;
}

interface DatasetDescription {
  readonly fields: Readonly<Record<string, { from: string; type: FieldType; required: boolean }>>;
  /** Types of the computed fields. */
  readonly computed: Readonly<Record<string, FieldType>>;
  /** Types; of one by groups, those of a group's row. */
  readonly aggregates: Readonly<Record<string, FieldType | Readonly<Record<string, FieldType>>>>;
  readonly passes: {
    /** How often the rows are gone through; they are read from their source once. */
    readonly count: number;
    /** Whether rows wait in a temporary file. */
    readonly spooled: boolean;
    readonly reason: string;
  };
}

/** Says what a compiled definition takes, and what rendering it will involve. */
export function describeReport(report: CompiledReport): DefinitionDescription {
  const { name, isStreamable, parameters, data, passes } = report;
  return {
    name,
    streamable: isStreamable,
    reason: reasonOf(passes),
    parameters: {
      schema: parameters.schema,
      types: byName(Object.entries(parameters.types), (type) => type ?? null),
    },
    datasets: byName(data, (plan, dataset) => describeDataset(plan, passes.get(dataset)!)),
  };
}

function reasonOf(passes: ReadonlyMap<string, Passes>): string {
  const waiting = [...passes].filter(([, each]) => !isStreamed(each));
  if (waiting.length === 0) return 'Pages are made while the rows still come.';
  return waiting.map(([dataset, { reason }]) => `The rows of ${dataset} wait: ${reason}.`).join(' ');
}

function describeDataset(
  { fields, computed, aggregates, grouped }: DatasetPlan,
  { count, isSpooled, reason }: Passes,
): DatasetDescription {
  const typeOf = ({ type }: { type: FieldType }): FieldType => type;
  return {
    fields: byName(named(fields), ({ from, type, isRequired }) => ({ from, type, required: isRequired })),
    computed: byName(named(computed), typeOf),
    aggregates: {
      ...byName(named(aggregates), typeOf),
      ...byName(named(grouped), ({ columns }) => byName(named(columns), typeOf)),
    },
    passes: { count, spooled: isSpooled, reason },
  };
}

const named = <T extends { name: string }>(list: readonly T[]): [string, T][] => list.map((each) => [each.name, each]);

function byName<T, U>(
  entries: Iterable<readonly [string, T]>,
  convert: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, convert(value, name)]));
}
