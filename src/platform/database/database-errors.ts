/** SQLSTATE of an error that came from Postgres, also where TypeORM wrapped it. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Name of the violated constraint, for errors of SQLSTATE class 23. */
export function violatedConstraint(error: unknown): string | undefined {
  return (error as { constraint?: string } | null)?.constraint;
}

/**
 * Whether Postgres could not be asked, or could not answer now: connection lost or refused, no connection free,
 * shutting down, out of resources, disk full, too slow (SQLSTATE classes 08, 53, 57; PostgreSQL documentation,
 * appendix A).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|53|57P|58)/.test(state) || state === '57014' || state === '55P03';
  const { code, message } = error as { code?: string; message?: string };
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND'].includes(code ?? '') ||
    /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout/i.test(
      message ?? '',
    )
  );
}
