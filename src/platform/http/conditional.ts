import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors/app-error';

interface Representation {
  /** With its quotes, strong. */
  etag: string;
  lastModified?: Date;
}

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2.
 *
 * @returns true to answer 304, false to send the representation
 * @throws AppError `precondition-failed`
 */
export function isNotModified(headers: IncomingHttpHeaders, current: Representation): boolean {
  const modified = current.lastModified === undefined ? undefined : toSeconds(current.lastModified);
  if (headers['if-match'] !== undefined) {
    if (!listsTag(headers['if-match'], current.etag, 'strong')) throw new AppError('precondition-failed');
  } else if (modified !== undefined) {
    const since = parseDate(headers['if-unmodified-since']);
    if (since !== undefined && modified > since) throw new AppError('precondition-failed');
  }
  if (headers['if-none-match'] !== undefined) {
    return listsTag(headers['if-none-match'], current.etag, 'weak');
  } else if (modified !== undefined) {
    const since = parseDate(headers['if-modified-since']);
    return since !== undefined && modified <= since;
  }
  return false;
}

/**
 * Evaluates the preconditions of a request that changes something (RFC 9110 §13.1.1, §13.1.2).
 *
 * @throws AppError `precondition-failed`
 */
export function requireUnchanged(headers: IncomingHttpHeaders, etag: string): void {
  const { 'if-match': wanted, 'if-none-match': unwanted } = headers;
  const isMet =
    (wanted === undefined || listsTag(wanted, etag, 'strong')) &&
    (unwanted === undefined || !listsTag(unwanted, etag, 'weak'));
  if (!isMet) throw new AppError('precondition-failed');
}

/** Whether Range counts: If-Range is absent or names this very representation (RFC 9110 §13.1.5). */
export function isRangeCurrent(headers: IncomingHttpHeaders, current: Representation): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  const validator = String(condition).trim();
  if (validator.startsWith('"') || validator.startsWith('W/')) return validator === current.etag;
  const date = parseDate(validator);
  return date !== undefined && current.lastModified !== undefined && toSeconds(current.lastModified) === date;
}

/** A list of entity tags, or `*` for any (RFC 9110 §13.1.1, §13.1.2). */
function listsTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.some((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag) === etag);
}

/** The three forms of a date that HTTP knows (RFC 9110 §5.6.7), of which the last does not name its time zone, UTC. */
const httpDate =
  /^[A-Z][a-z]+(?:, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT| [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** In seconds. What is no date of HTTP counts for nothing (RFC 9110 §13.1.3, §13.1.4), even if it could be understood. */
function parseDate(header: string | undefined): number | undefined {
  if (header === undefined || !httpDate.test(header)) return undefined;
  const milliseconds = Date.parse(header.endsWith('GMT') ? header : `${header} GMT`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
