import type { FailureCode } from '../platform/errors/catalogue';

/** An attempt that failed for a reason that the report can tell. */
export class RenderFailed extends Error {
  constructor(
    readonly code: FailureCode,
    /** Safe to show to the client. */
    readonly detail: string,
    cause?: unknown,
  ) {
    super(code, { cause });
  }
}

/** An attempt that was ended from outside. */
export class RenderAborted extends Error {
  constructor(readonly why: 'canceled' | 'lease-lost' | 'timeout' | 'deadline' | 'shutdown') {
    super(`the render was aborted: ${why}`);
  }
}
