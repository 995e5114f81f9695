import { applyDecorators } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiResponse } from '@nestjs/swagger';
import { ApiProblems, bodyProblems } from '../platform/http/openapi';

/** Documents a route that accepts a report, or a batch of them, in JSON. */
export function ApiSubmission(what: 'report' | 'batch', schema: object): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/json'),
    ApiHeader({
      name: 'Idempotency-Key',
      description: `Makes it safe to send the request again: within 24 hours the same key finds the same ${what}.`,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiResponse({
      status: 202,
      description: 'Accepted. Headers: Location, Retry-After, ETag, and Idempotent-Replayed for a repetition.',
      schema,
    }),
    ApiProblems(
      ...bodyProblems,
      'idempotency-key-invalid',
      'unauthenticated',
      'insufficient-scope',
      'template-not-found',
      'idempotency-in-progress',
      'idempotency-key-reused',
      'quota-exceeded',
      'temporary-reduced-capacity',
      'service-unavailable',
    ),
  );
}
