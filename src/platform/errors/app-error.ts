import type { ProblemCode } from './catalogue';
import { problems } from './catalogue';

/** One fault of a request: where it is (JSON pointer into the body), what kind it is, and what to do about it. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The only error thrown on purpose outside of the engine: an entry of the catalogue with its fields filled in. */
export class AppError extends Error {
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    readonly fields: Fields = {},
    options: { cause?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(code, { cause: options.cause });
    this.detail = fill(problems[code].detail, fields);
    this.headers = options.headers ?? {};
  }
}

/** 422 with the list of everything that is wrong. */
export function validationFailed(errors: readonly object[]): AppError {
  return new AppError('validation-failed', { count: errors.length, errors });
}

/** Fields given by name; a placeholder without a field (a path template, say) stays as it is. */
function fill(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in fields ? String(fields[name]) : whole));
}
