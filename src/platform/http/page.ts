import { applyDecorators } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppError } from '../errors/app-error';

const defaultLimit = 50;
const maxLimit = 200;

/**
 * Reads the query parameter `limit` of a list: 50 where it is not given, and 200 for anything larger.
 *
 * @throws AppError `invalid-parameter`
 */
export function parseLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  if (!/^[1-9]\d*$/.test(text))
    throw new AppError('invalid-parameter', { parameter: 'limit', reason: 'is a whole number from 1' });
  return Math.min(Number(text), maxLimit);
}

/** A page of a list as it is answered, with a Link to the next one (RFC 8288) in the headers where there is one. */
export function presentPage(
  reply: FastifyReply,
  path: string,
  query: Readonly<Record<string, string>>,
  page: { data: object[]; nextCursor: string | null },
): object {
  void reply.headers({ 'cache-control': 'private, no-cache', vary: 'Authorization, Accept' });
  if (page.nextCursor !== null) {
    const next = new URLSearchParams({ ...query, cursor: page.nextCursor });
    void reply.header('link', `<${path}?${next.toString()}>; rel="next"`);
  }
  return page;
}

/** Documents a list that is answered in pages; its filters are documented by the route. */
export function ApiPage(what: string, items: object): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: `More than ${maxLimit} is taken as ${maxLimit}.`,
      schema: { type: 'integer', minimum: 1, default: defaultLimit },
    }),
    ApiQuery({ name: 'cursor', required: false }),
    ApiResponse({
      status: 200,
      description: `A page of ${what}; Link rel=next leads to the next one`,
      schema: {
        type: 'object',
        properties: { data: { type: 'array', items }, nextCursor: { type: ['string', 'null'] } },
      } as object,
    }),
  );
}
