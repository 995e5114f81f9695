import type { PageItem, TextPart } from './page';
import type { Theme } from './theme';
import type { DefinitionFault } from './faults';
import type { Aggregation, Column, FieldType, Value } from './value';

/**
 * An element of a report's body: what an author writes (`Spec`), what compiling makes of it once (`Plan`), what a run
 * fills it with (`Content`), and how that takes its place on pages. Methods are pure; state is in their arguments.
 */
export interface Element<Spec, Plan, Content> {
  /** The value of the member `type` in a definition. */
  readonly type: string;
  /** JSON Schema of the members beside `type` and `when`. */
  readonly schema: ElementSchema;
  /** Checks what the schema cannot; reports to `compiler` all that is wrong, then may return anything. */
  compile(spec: Spec, compiler: Compiler): Plan;
  /** Yields what is to be placed, piece by piece, so that a long dataset is never whole in memory. */
  bind(plan: Plan, scope: Scope): Iterable<Content> | AsyncIterable<Content>;
  /** Of an element that is bookmarked: how many marks there will be, before they are placed. */
  readonly marks?: MarkSource<Plan>;
  /** Of a table of contents: whether it lists bookmarks of this level from the elements after it. */
  listsMark?(plan: Plan, level: number): boolean;
  /** Takes from the region what it needs from the top. Returns `rest` where not all fitted; without items nothing fitted. */
  place(content: Content, region: Region, context: PlaceContext): Placement<Content>;
}

interface MarkSource<Plan> {
  /** The levels of the bookmarks that there can be. */
  levels(plan: Plan): readonly number[];
  /** The dataset whose rows tell how many there are; `undefined` where it takes none. */
  dataset(plan: Plan): string | undefined;
  /** The level of each bookmark that there will be, in order. */
  each(plan: Plan, scope: Scope): Iterable<number> | AsyncIterable<number>;
}

interface ElementSchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
}

/** A rectangle of a page that is free, in points from the page's top left corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether nothing stands above it on its page; what does not fit into a fresh region will fit nowhere. */
  readonly isFresh: boolean;
}

export interface Placement<Content> {
  readonly items: readonly PageItem[];
  readonly height: number;
  readonly rest?: Content;
  /** Whether it must not be the last on its page. */
  readonly keepWithNext?: boolean;
  /** Whether it may lead over from a heading to what follows, if it is short; it then stays with both. */
  readonly leadsOver?: boolean;
  /** Of what did not fit at all: whether a short text that leads over to it from a heading comes along to the next page. */
  readonly takesIntroduction?: boolean;
}

/** Reports faults of one element and compiles the expressions in it. Paths are JSON pointers relative to the element. */
export interface Compiler {
  readonly theme: Theme;
  /** How text looks here where an author does not say. */
  readonly textDefaults: { readonly size: number; readonly color: string };
  /** What a row of each dataset has. */
  readonly datasets: ReadonlyMap<string, readonly Column[]>;
  fault(path: string, fault: Omit<DefinitionFault, 'path'>): void;
  /** Reports a name that is not among the known ones, with the nearest as a hint. */
  unknownName(path: string, kind: string, name: string, known: readonly string[]): void;
  /** Text with `${…}` islands. */
  template(text: string, path: string, reach?: Reach): Template;
  expression(source: string, path: string, reach?: Reach): Expression;
  /** An expression that is true or false. */
  condition(source: string, path: string, reach?: Reach): Expression;
  /** A name or the options of `Intl`; `undefined` is the type's default. */
  format(format: FormatSpec | undefined, type: FieldType | undefined, path: string): FormatPlan;
  /** Says that the element reads the rows of a dataset, once. */
  reads(dataset: string, path: string): void;
}

/** What an expression can see beside `params` and `report`: the rows of a dataset as `row`, a group's key as `group.key`. */
export interface Reach {
  readonly dataset?: string;
  readonly groupKey?: FieldType;
  /** A dataset of whose rows the totals can be read, as `sum.net` or `count.net`. */
  readonly totalsOf?: string;
  /** Of a text: whether it can say on which page it stands, and of how many. */
  readonly isOnPage?: boolean;
}

export type FormatSpec = string | Readonly<Record<string, string | number | boolean>>;

/** A checked format whose texts may still hold islands, such as the currency. */
export interface FormatPlan {
  readonly type: FieldType | undefined;
  readonly options: ReadonlyMap<string, string | number | boolean | Template>;
}

/** A checked expression. */
export interface Expression {
  /** `undefined` where only the value tells. */
  readonly type: FieldType | undefined;
  /** What it reads of `params`, `row`, `group`, `data` and totals: the names from the variable on. */
  readonly members: readonly (readonly string[])[];
  /** Null where a field that it reads is null and it does not say what to do then. Throws a RenderError (template_error). */
  evaluate(variables: Variables): Value;
}

/** A checked text with islands. */
export interface Template {
  readonly isConstant: boolean;
  /** What its islands read; see {@link Expression}. */
  readonly members: Expression['members'];
  /** Texts and what its page is yet to say, in order. */
  parts(variables: Variables): TextPart[];
}

/**
 * What expressions can see: `params`, `report`, where they exist `row`, `group`, `page`, `data` and totals by what they are
 * and the field, and the formats of their functions.
 */
export interface Variables extends Partial<Record<Aggregation, Readonly<Record<string, Value>>>> {
  readonly formats: Formats;
  readonly params: Readonly<Record<string, unknown>>;
  readonly report: Readonly<Record<string, unknown>>;
  readonly row?: Readonly<Record<string, Value>>;
  readonly group?: Readonly<Record<string, Value>>;
  readonly page?: Readonly<Record<string, unknown>>;
  /** The datasets' aggregates. */
  readonly data?: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

/** Prints a value; '' for null. */
export type Formatter = (value: Value) => string;

/** The formatters of one run, bound to its locale and time zone. */
export interface Formats {
  /** @throws RangeError for options that Intl refuses. */
  formatter(type: FieldType | undefined, options: Readonly<Record<string, string | number | boolean>>): Formatter;
  /** How an island prints a value: numbers plainly, dates in the locale's medium style. */
  plain: Formatter;
}

/** What an element can ask of a run. */
export interface Scope {
  readonly variables: Variables;
  /** With the run's variables, or with these. */
  text(template: Template, variables?: Variables): string;
  parts(template: Template): TextPart[];
  formatter(plan: FormatPlan): Formatter;
  /** Rows of a dataset in batches, their values in the order of its columns. */
  rows(dataset: string): AsyncIterable<TypedBatch>;
  /** How many bookmarks of such levels the elements after this one will have. */
  countMarks(isListed: (level: number) => boolean): Promise<number>;
  /** The same variables with a row, for expressions of that row. */
  withRow(dataset: string, values: readonly Value[]): Variables;
}

export interface TypedBatch {
  readonly rows: readonly (readonly Value[])[];
  /** Of each row, its 1-based number in the dataset, and its line in the text file that it came from, if any. */
  readonly places: readonly RowPlace[];
  /** Indexes of rows of which something could not be read. */
  readonly marked?: ReadonlySet<number>;
}

export interface RowPlace {
  readonly row: number;
  readonly line?: number;
}

/** Remembers for `place` what outlives a call. */
export interface PlaceContext {
  readonly theme: Theme;
  /** Of the page that the region is on. */
  readonly pageNumber: number;
  /** Builds once per run what many pages share; the owner says which. */
  shared<T>(owner: object, build: () => T): T;
  /** Counts what the reader of the document should know; see `Warnings`. */
  warn(code: string, detail: string): void;
}
