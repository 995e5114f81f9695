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
