import { AppError } from '../platform/errors/app-error';

/**
 * The key in an `Idempotency-Key` header: a structured-field string (RFC 9651 §3.3.3) or, as most clients send it,
 * the bare value (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * @throws AppError `idempotency-key-invalid`
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header).trim();
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  const key = isQuoted ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AppError('idempotency-key-invalid');
  return key;
}
