import type { AppError } from './app-error';
import { problems, typeOf } from './catalogue';

/** A problem details object (RFC 9457) with our extension members. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  requestId: string;
  [member: string]: unknown;
}

export function toProblem(error: AppError, instance: string, requestId: string): ProblemDetails {
  const entry: { status: number; title: string; members?: readonly string[] } = problems[error.code];
  const members = Object.fromEntries((entry.members ?? []).map((name) => [name, error.fields[name]]));
  return {
    type: typeOf(error.code),
    title: entry.title,
    status: entry.status,
    detail: error.detail,
    instance,
    code: error.code,
    requestId,
    ...members,
  };
}
