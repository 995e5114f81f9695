/** What stops the start or the demo, told to the person at the terminal. */
export class Problem extends Error {
  /** @param remedies commands or steps that mend it, one a line */
  constructor(
    message: string,
    readonly remedies: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The text to show for anything thrown: what its message alone does not tell has a stack or a cause. */
export function describeError(error: unknown): string {
  if (error instanceof Problem) return [error.message, ...error.remedies.map((remedy) => `    ${remedy}`)].join('\n');
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(describeError).join('\n');
  if (error.cause !== undefined) return `${error.message}: ${describeError(error.cause)}`;
  return isExpected(error) ? error.message : (error.stack ?? error.message);
}

/** Errors of the configuration and of the operating system or the network, which carry a code. */
function isExpected(error: Error): boolean {
  return 'code' in error || 'faults' in error;
}
