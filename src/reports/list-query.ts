import { AppError } from '../platform/errors/app-error';
import { parseLimit } from '../platform/http/page';
import { parseTime } from '../platform/http/time';
import { fromPublicId } from '../platform/ids/public-id';
import type { ReportFilters } from './find-reports';
import type { ReportState } from './report.entity';
import { reportStates } from './report.entity';

/** Names of the query parameters of GET /v1/reports. */
export const listParameters = [
  'status',
  'template',
  'reference',
  'batchId',
  'createdAfter',
  'createdBefore',
  'limit',
  'cursor',
] as const;

type ListQuery = Partial<Record<(typeof listParameters)[number], string>>;

/**
 * Reads the query of a list. A limit over 200 is lowered to it.
 *
 * @throws AppError `invalid-parameter`
 */
export function parseListQuery(query: ListQuery): {
  filters: ReportFilters;
  limit: number;
  cursor: string | undefined;
} {
  const { status, template, reference, batchId, createdAfter, createdBefore, limit, cursor } = query;
  return {
    filters: {
      ...(status === undefined ? {} : { status: parseStatus(status) }),
      ...(template === undefined ? {} : { template: withoutNul('template', template) }),
      ...(reference === undefined ? {} : { reference: withoutNul('reference', reference) }),
      ...(batchId === undefined ? {} : { batchId: readBatchId(batchId) }),
      ...(createdAfter === undefined ? {} : { createdAfter: readTime('createdAfter', createdAfter) }),
      ...(createdBefore === undefined ? {} : { createdBefore: readTime('createdBefore', createdBefore) }),
    },
    limit: parseLimit(limit),
    cursor,
  };
}

function parseStatus(text: string): ReportState[] {
  const parts = text.split(',');
  const isState = (part: string): part is ReportState => (reportStates as readonly string[]).includes(part);
  if (!parts.every(isState)) throw invalid('status', `is a comma-separated list of ${reportStates.join(', ')}`);
  return parts;
}

function readTime(parameter: string, text: string): string {
  const time = parseTime(text);
  if (!time) throw invalid(parameter, 'is a time such as 2026-01-31T12:00:00Z (RFC 3339); write a + as %2B');
  return time.toISOString();
}

function readBatchId(text: string): string {
  const id = fromPublicId('bat', text);
  if (id === undefined) throw invalid('batchId', 'is the id of a batch, such as bat_ and 32 hexadecimal digits');
  return id;
}

function withoutNul(parameter: string, text: string): string {
  if (text.includes('\0')) throw invalid(parameter, 'has a character that no text here can have');
  return text;
}

function invalid(parameter: string, reason: string): AppError {
  return new AppError('invalid-parameter', { parameter, reason });
}
