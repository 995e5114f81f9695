import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/api-keys';
import { parseIdempotencyKey } from './idempotency-key';
import type { Submission } from './insert-reports';

/**
 * Reads what comes with a request beside its body.
 *
 * @throws AppError `idempotency-key-invalid`
 */
export function readSubmission(caller: Caller, request: FastifyRequest): Submission {
  return {
    caller,
    idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
    requestId: request.id,
    traceparent: readTraceparent(request),
  };
}

/** The trace that a request belongs to, where its header has the form of W3C Trace Context §3.2. */
function readTraceparent({ headers }: FastifyRequest): string | undefined {
  const given = headers.traceparent;
  return typeof given === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given)
    ? given
    : undefined;
}
