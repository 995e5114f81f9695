import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error';

/**
 * Makes the cursor of a keyset list: the position after which the next page begins, signed together with what the
 * list was asked for, so that it can neither be forged nor used with other filters.
 */
export function signCursor(position: readonly string[], context: readonly unknown[], secret: string): string {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${sign(payload, context, secret)}`;
}

/** @throws AppError `invalid-cursor` */
export function readCursor(cursor: string, context: readonly unknown[], secret: string): string[] {
  const [payload = '', signature = ''] = cursor.split('.');
  const expected = Buffer.from(sign(payload, context, secret));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new AppError('invalid-cursor');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
}

function sign(payload: string, context: readonly unknown[], secret: string): string {
  const scope = createHash('sha256').update(JSON.stringify(context)).digest('base64url');
  return createHmac('sha256', secret).update(`cursor\n${scope}\n${payload}`).digest('base64url');
}
