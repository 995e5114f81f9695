/** What can be wrong: with a definition, with the data of a run, or, harmlessly, with the look of a page. */

/** One fault of a definition. */
export interface DefinitionFault {
  /** JSON pointer (RFC 6901) relative to the definition; '' is the definition itself. */
  path: string;
  /** Kebab-case and stable. */
  code: string;
  detail: string;
  hint?: string;
  /** 1-based, where the definition came as text. */
  line?: number;
  column?: number;
}

/** A definition that cannot be carried out, with everything that is wrong with it. */
export class DefinitionError extends Error {
  constructor(readonly faults: readonly DefinitionFault[]) {
    super(faults.map((fault) => `${fault.path || '/'}: ${fault.detail}`).join('\n'));
    this.name = 'DefinitionError';
  }
}

/** One fault of parameters or inline rows: a JSON pointer relative to them, a kebab-case code, and what to do. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

export type RenderErrorCode = 'data_invalid' | 'data_too_large' | 'template_error' | 'output_too_large';

/** Where in the data a run broke off. */
export interface RenderPlace {
  dataset?: string;
  /** 1-based among the dataset's rows. */
  row?: number;
  /** 1-based line of the text file that the row came from. */
  line?: number;
  field?: string;
}

/** A run that cannot succeed however often it is tried. The message may be shown to whoever asked for the report. */
export class RenderError extends Error {
  readonly dataset?: string;
  readonly row?: number;
  readonly line?: number;
  readonly field?: string;

  constructor(
    readonly code: RenderErrorCode,
    readonly detail: string,
    place: RenderPlace = {},
    options: { cause?: unknown } = {},
  ) {
    super(detail, options);
    this.name = 'RenderError';
    Object.assign(this, place);
  }

  /** The same with the row at which it happened. */
  at(place: RenderPlace & { dataset: string; row: number }): RenderError {
    return new RenderError(this.code, `${nameOf(place)}, ${this.detail}`, place, { cause: this });
  }
}

/** `Dataset orders, row 3 (line 5)`. */
export function nameOf({ dataset, row, line }: { dataset: string; row: number; line?: number }): string {
  return `Dataset ${dataset}, row ${row}${line === undefined ? '' : ` (line ${line})`}`;
}

/** Something that the reader of the document should know, counted. */
export interface Warning {
  /** Snake case and stable. */
  code: string;
  detail: string;
  count: number;
}

/** Counts equal warnings of one run; at most `limit` different ones are kept, the rest is counted together. */
export class Warnings {
  private readonly counted = new Map<string, Warning>();

  constructor(private readonly limit = 20) {}

  add(code: string, detail: string, count = 1): void {
    const known = this.counted.get(`${code} ${detail}`);
    if (known) {
      known.count += count;
    } else if (this.counted.size < this.limit) {
      this.counted.set(`${code} ${detail}`, { code, detail, count });
    } else {
      const rest = this.counted.get(code) ?? { code, detail: 'others of this kind', count: 0 };
      rest.count += count;
      this.counted.set(code, rest);
    }
  }

  list(): Warning[] {
    return [...this.counted.values()];
  }
}

/** A JSON pointer (RFC 6901) of these steps. */
export function pointer(...steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
