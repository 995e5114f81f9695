/** Fills a compiled report for one run: parameters, rows and formats in, content out; nothing here knows of pages. */
import type { FormatPlan, Formatter, Scope, Template, TypedBatch, Variables } from '../model/element';
import type { Warnings } from '../model/faults';
import { RenderError } from '../model/faults';
import type { BoundReport, CompiledElement, CompiledReport, Piece } from '../model/report';
import type { TextPart } from '../model/page';
import type { Value } from '../model/value';
import { formatsFor } from '../values/formats';
import type { FirstPass } from './first-pass';
import { passFirst } from './first-pass';
import { typedParameters } from './parameters';
import type { RowBatch } from './read-rows';
import { readRows } from './read-rows';
import { sortRows } from './sort-rows';

export interface BindInput {
  readonly report: CompiledReport;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, AsyncIterable<RowBatch>>>;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly asOf: Date;
  readonly reportId?: string;
  readonly warnings: Warnings;
  /** Told of rows before they are read; may throw. */
  admit(dataset: string, rows: number): void;
  /** Told the hash of a dataset's rows once all were read. */
  onRead?(dataset: string, hash: string): void;
}

/** @throws RenderError for a locale or a format that Intl refuses, here or while the body is read. */
export function bind(input: BindInput): BoundReport {
  const { report } = input;
  const locale = input.locale ?? report.locale;
  const timeZone = input.timeZone ?? report.timeZone;
  const formats = orTemplateError(() => formatsFor(locale, timeZone));
  const variables: Variables = {
    formats,
    params: typedParameters(report.parameters, input.parameters),
    report: { id: input.reportId ?? '', createdAt: input.asOf, locale, timeZone },
  };
  const scope = new RunScope(input, variables);
  const band =
    (elements: readonly CompiledElement[]) =>
    (number: number): readonly Piece[] =>
      bindBand(elements, new RunScope(input, { ...variables, page: { number: BigInt(number) } }));
  return {
    title: scope.text(report.title),
    locale,
    theme: report.theme,
    page: report.page,
    body: bindBody(input, variables),
    header: band(report.header),
    footer: band(report.footer),
  };
}

async function* bindBody(input: BindInput, variables: Variables): AsyncGenerator<Piece> {
  const source = new RunScope(input, variables);
  const first = await passFirst(input.report, (dataset) => source.rows(dataset));
  const scope = new RunScope(input, { ...variables, data: first.aggregates }, first.rows);
  try {
    for (const [index, { element, plan, when }] of input.report.body.entries()) {
      if (when && when.evaluate(scope.variables) !== true) continue;
      for await (const content of element.bind(plan, scope.before(index + 1))) yield { element, content };
    }
  } finally {
    await first.close();
  }
}

/** Elements of a band stream nothing, so they are bound at once. */
function bindBand(elements: readonly CompiledElement[], scope: Scope): Piece[] {
  return elements
    .filter(({ when }) => !when || when.evaluate(scope.variables) === true)
    .flatMap(({ element, plan }) =>
      [...(element.bind(plan, scope) as Iterable<unknown>)].map((content) => ({ element, content })),
    );
}

class RunScope implements Scope {
  constructor(
    private readonly input: BindInput,
    readonly variables: Variables,
    private readonly spooled: FirstPass['rows'] = new Map(),
    /** The elements after the one that is bound. */
    private readonly following: readonly CompiledElement[] = [],
  ) {}

  /** The same for the element before that of this index. */
  before(index: number): RunScope {
    return new RunScope(this.input, this.variables, this.spooled, this.input.report.body.slice(index));
  }

  text(template: Template, variables = this.variables): string {
    return template
      .parts(variables)
      .filter((part) => typeof part === 'string')
      .join('');
  }

  parts(template: Template): TextPart[] {
    return template.parts(this.variables);
  }

  formatter(plan: FormatPlan): Formatter {
    const options = Object.fromEntries(
      [...plan.options].map(([name, value]) => [name, typeof value === 'object' ? this.text(value) : value]),
    );
    return orTemplateError(() => this.variables.formats.formatter(plan.type, options));
  }

  rows(dataset: string): AsyncIterable<TypedBatch> {
    const again = this.spooled.get(dataset);
    if (again) return again();
    const source = this.input.data[dataset];
    if (!source) throw new RenderError('data_invalid', `The dataset ${dataset} was not given.`, { dataset });
    const { report, warnings } = this.input;
    const plan = report.data.get(dataset)!;
    const rows = readRows({
      dataset,
      source,
      plan,
      variables: this.variables,
      warnings,
      admit: (count) => this.input.admit(dataset, count),
      onRead: (hash) => this.input.onRead?.(dataset, hash),
    });
    return plan.orderBy.length > 0 ? sortRows(rows, plan.orderBy) : rows;
  }

  async countMarks(isListed: (level: number) => boolean): Promise<number> {
    let count = 0;
    for (const { element, plan, when } of this.following) {
      if (!element.marks?.levels(plan).some(isListed)) continue;
      if (when && when.evaluate(this.variables) !== true) continue;
      for await (const level of element.marks.each(plan, this)) if (isListed(level)) count += 1;
    }
    return count;
  }

  withRow(dataset: string, values: readonly Value[]): Variables {
    const { columns } = this.input.report.data.get(dataset)!;
    return { ...this.variables, row: Object.fromEntries(columns.map(({ name }, index) => [name, values[index]!])) };
  }
}

/** What Intl refuses comes from the definition or the request, and will be refused again. */
function orTemplateError<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new RenderError(
      'template_error',
      `A format, the locale or the time zone is not known: ${error.message}.`,
      {},
      { cause: error },
    );
  }
}
