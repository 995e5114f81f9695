import type { Element, Expression, Template } from './element';
import type { Fault } from './faults';
import type { Theme } from './theme';
import type { Aggregation, Column, Field, FieldType } from './value';

/** A definition that was checked and made ready; it is frozen, holds no data, and serves any number of runs at once. */
export interface CompiledReport {
  readonly name: string;
  /** SHA-256 of the definition's canonical JSON (RFC 8785), hex. */
  readonly hash: string;
  /** Names of the declared datasets. */
  readonly datasets: readonly string[];
  readonly data: ReadonlyMap<string, DatasetPlan>;
  /** What a row has, by dataset, and by {@link nameOfGroups} for the rows of groups. */
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  /** By dataset. */
  readonly passes: ReadonlyMap<string, Passes>;
  /** Whether pages can be made while the rows still come. */
  readonly isStreamable: boolean;
  readonly parameters: ParametersPlan;
  readonly title: Template;
  readonly locale: string;
  readonly timeZone: string;
  /** How long a service keeps file and record, in milliseconds; undefined where that is left to it. */
  readonly retention: { readonly file: number | undefined; readonly record: number | undefined };
  readonly theme: Theme;
  readonly page: PageSetup;
  readonly header: readonly CompiledElement[];
  readonly footer: readonly CompiledElement[];
  readonly body: readonly CompiledElement[];
}

/** What is read from the rows of a dataset. */
export interface DatasetPlan {
  readonly fields: readonly Field[];
  /** In the order in which they are computed: each can read the ones before it. */
  readonly computed: readonly ComputedField[];
  /** All of them, as a row's values are ordered. */
  readonly columns: readonly Column[];
  readonly onRowError: RowErrorPolicy;
  /** What the rows are sorted by; empty to leave them as they come. */
  readonly orderBy: readonly SortKey[];
  /** The order that the rows come in, and that is checked. */
  readonly orderedBy: readonly SortKey[];
  readonly aggregates: readonly AggregatePlan[];
  readonly grouped: readonly GroupedPlan[];
}

/** Whether its rows are gone through before the first page for what they add up to. */
export const isAggregated = ({ aggregates, grouped }: DatasetPlan): boolean => aggregates.length + grouped.length > 0;

/** A named result over all rows of a dataset. */
export interface AggregatePlan {
  readonly name: string;
  readonly how: Aggregation;
  /** Index among the columns; undefined to count rows. */
  readonly column: number | undefined;
  readonly type: FieldType;
}

/** Named results by group: a row for each value of a field. */
export interface GroupedPlan {
  readonly name: string;
  /** Index among the dataset's columns of the field whose equal values make a group. */
  readonly by: number;
  readonly measures: readonly AggregatePlan[];
  /** What a group's row has: `key`, and the measures. */
  readonly columns: readonly Column[];
}

/** What a table calls the rows of groups: `data.sales.byRegion`. No dataset has such a name. */
export const nameOfGroups = (dataset: string, aggregate: string): string => `data.${dataset}.${aggregate}`;

/** How often the rows of a dataset are gone through; they are read from their source once, whatever this says. */
export interface Passes {
  readonly count: number;
  /** All that is done with each row, in the order in which it is done. */
  readonly kinds: readonly PassKind[];
  /** Whether the rows wait in a temporary file, in whole or, to be sorted, as far as memory does not hold them. */
  readonly isSpooled: boolean;
  readonly reason: string;
}

/** Whether pages can be made of a dataset's rows while they still come. */
export const isStreamed = ({ kinds }: Passes): boolean => kinds.every((kind) => kind === 'rendering');

/**
 * Putting rows in order, going through them before the first page is made, counting what a table of contents lists of them, or
 * making pages of them.
 */
export type PassKind = 'sorting' | 'reading' | 'counting' | 'rendering';

export interface SortKey {
  /** Index among the columns. */
  readonly column: number;
  readonly isDescending: boolean;
}

/** What becomes of a row that cannot be read: the run ends, or the row is left out, or shown and marked. */
export const rowErrorPolicies = ['fail', 'skip', 'mark'] as const;

export type RowErrorPolicy = (typeof rowErrorPolicies)[number];

export interface ComputedField extends Column {
  readonly expression: Expression;
}

export interface CompiledElement {
  readonly element: Element<unknown, unknown, unknown>;
  readonly plan: unknown;
  readonly when?: Expression;
  /** The datasets whose rows it reads. */
  readonly reads: readonly string[];
}

/** Lengths in points. */
export interface PageSetup {
  readonly width: number;
  readonly height: number;
  readonly margins: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
}

/** What parameters a report takes. */
export interface ParametersPlan {
  /** JSON Schema 2020-12. */
  readonly schema: object;
  /** Types for expressions; `undefined` for one that only the value tells. */
  readonly types: Readonly<Record<string, FieldType | undefined>>;
  /** Fills defaults into `parameters`, which it changes, and says what is wrong with them. */
  check(parameters: Record<string, unknown>): Fault[];
}

/** A report filled for one run: its pieces in order, and what stands on every page. */
export interface BoundReport {
  /** Known, as what stands on every page, from the first piece of the body on. */
  title(): string;
  readonly locale: string;
  readonly theme: Theme;
  readonly page: PageSetup;
  readonly body: AsyncIterable<Piece>;
  header(pageNumber: number): readonly Piece[];
  footer(pageNumber: number): readonly Piece[];
}

/** Content with the element that places it. */
export interface Piece {
  readonly element: Element<unknown, unknown, unknown>;
  readonly content: unknown;
}
