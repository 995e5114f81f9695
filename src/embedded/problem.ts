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

/** The text to show for anything thrown; other errors than {@link Problem} show their stack where they have one. */
export function describeError(error: unknown): string {
  if (error instanceof Problem) return [error.message, ...error.remedies.map((remedy) => `    ${remedy}`)].join('\n');
  if (!(error instanceof Error)) return String(error);
  return error.constructor === Error || error.constructor.name === 'ConfigError'
    ? error.message
    : (error.stack ?? error.message);
}
