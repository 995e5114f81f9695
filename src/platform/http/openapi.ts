import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { ProblemCode } from '../errors/catalogue';
import { problems } from '../errors/catalogue';

/** What stands against the body of a request in JSON. */
export const bodyProblems = [
  'malformed-json',
  'payload-too-large',
  'unsupported-media-type',
  'validation-failed',
] as const;

/** Documents the problems that a route answers with, grouped by status. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  const statuses = [...new Set(codes.map((code) => problems[code].status))];
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: codes
          .filter((code) => problems[code].status === status)
          .map((code) => `\`${code}\`: ${problems[code].title}.`)
          .join(' '),
        content: { 'application/problem+json': { schema: problemSchema } },
      }),
    ),
  );
}

/** Documents that a route honours `Prefer: wait` (RFC 7240). */
export function ApiPreferWait(awaited: string): MethodDecorator {
  return ApiHeader({
    name: 'Prefer',
    description: `\`wait=N\`: answer after N seconds (1 to 55) at the latest, earlier ${awaited}.`,
    schema: { type: 'string', examples: ['wait=30'] },
  });
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body (RFC 6901).' },
          code: { type: 'string' },
          detail: { type: 'string' },
          hint: { type: 'string', description: 'How to mend it.' },
          line: { type: 'integer', description: 'Of a body that is text, from 1.' },
          column: { type: 'integer' },
        },
      },
    },
  },
};
