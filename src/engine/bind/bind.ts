/** Fills a compiled report for one run: parameters, rows and formats in, content out; nothing here knows of pages. */
import { CalendarDate } from '../model/calendar-date';
import type { FormatPlan, Formatter, Scope, Template, TypedBatch, Variables } from '../model/element';
import type { Warnings } from '../model/faults';
import { RenderError } from '../model/faults';
import type { BoundReport, CompiledElement, CompiledReport, PassKind, Piece } from '../model/report';
import type { TextPart } from '../model/page';
import type { Value } from '../model/value';
import { formatsFor } from '../values/formats';
import type { FirstPass } from './first-pass';
import { passFirst } from './first-pass';
import { typedParameters } from './parameters';
import { PassProgress } from './pass-progress';
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
  /** How many rows each dataset is known to have. */
  readonly expectedRows?: Readonly<Record<string, number>>;
  /** For rows that are sorted or read again; the system's own by default. */
  readonly temporaryDirectory?: string | undefined;
  /** Told of rows before they are read; may throw. */
  admit(dataset: string, rows: number): void;
  /** Told the hash of a dataset's rows once all were read. */
  onRead?(dataset: string, hash: string): void;
  /** Told after each batch of a pass how much of the work is done; see {@link PassProgress}. */
  onPassed?(kind: PassKind, share: number | undefined): void;
}

interface Run extends BindInput {
  readonly passes: PassProgress;
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
    report: {
      id: input.reportId ?? '',
      createdAt: input.asOf,
      date: CalendarDate.of(input.asOf, timeZone) ?? null,
      locale,
      timeZone,
    },
  };
  const passes = new PassProgress(report, input.expectedRows, (kind, share) => input.onPassed?.(kind, share));
  const run = { ...input, passes };
  const frame: Frame = { variables, title: '' };
  const band =
    (elements: readonly CompiledElement[]) =>
    (number: number): readonly Piece[] =>
      bindBand(elements, new RunScope(run, { ...frame.variables, page: { number: BigInt(number) } }));
  return {
    title: () => frame.title,
    locale,
    theme: report.theme,
    page: report.page,
    body: bindBody(run, frame),
    header: band(report.header),
    footer: band(report.footer),
  };
}

/** What stands around the body; complete from its first piece on, when the datasets' aggregates are known. */
interface Frame {
  variables: Variables;
  title: string;
}

async function* bindBody(run: Run, frame: Frame): AsyncGenerator<Piece> {
  const source = new RunScope(run, frame.variables, 'reading');
  const first = await passFirst(run.report, (dataset) => source.rows(dataset), run.temporaryDirectory);
  frame.variables = { ...frame.variables, data: first.aggregates };
  const scope = new RunScope(run, frame.variables, 'rendering', first.rows);
  try {
    frame.title = scope.text(run.report.title);
    for (const [index, { element, plan, when, reads }] of run.report.body.entries()) {
      if (when && when.evaluate(scope.variables) !== true) {
        for (const dataset of reads) run.passes.skip(dataset, 'rendering');
        continue;
      }
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
    private readonly input: Run,
    readonly variables: Variables,
    private readonly kind: PassKind = 'rendering',
    private readonly spooled: FirstPass['rows'] = new Map(),
    /** The elements after the one that is bound. */
    private readonly following: readonly CompiledElement[] = [],
  ) {}

  /** The same for the element before that of this index. */
  before(index: number): RunScope {
    const following = this.input.report.body.slice(index);
    return new RunScope(this.input, this.variables, this.kind, this.spooled, following);
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
    const batches = this.spooled.get(dataset)?.() ?? this.sourceOf(dataset);
    return this.input.passes.follow(dataset, this.kind, batches);
  }

  private sourceOf(dataset: string): AsyncIterable<TypedBatch> {
    const source = this.input.data[dataset];
    if (!source) throw new RenderError('data_invalid', `The dataset ${dataset} was not given.`, { dataset });
    const { report, warnings, passes, temporaryDirectory } = this.input;
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
    if (plan.orderBy.length === 0) return rows;
    return sortRows(passes.follow(dataset, 'sorting', rows), plan.orderBy, { temporaryDirectory });
  }

  async countMarks(isListed: (level: number) => boolean): Promise<number> {
    const scope = new RunScope(this.input, this.variables, 'counting', this.spooled);
    let count = 0;
    for (const { element, plan, when } of this.following) {
      if (!element.marks?.levels(plan).some(isListed)) continue;
      if (when && when.evaluate(this.variables) !== true) {
        const dataset = element.marks.dataset(plan);
        if (dataset !== undefined) this.input.passes.skip(dataset, 'counting');
        continue;
      }
      for await (const level of element.marks.each(plan, scope)) if (isListed(level)) count += 1;
    }
    return count;
  }

  withRow(dataset: string, values: readonly Value[]): Variables {
    const columns = this.input.report.columns.get(dataset)!;
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
