import { createHash } from 'node:crypto';
import { toPublicId } from '../platform/ids/public-id';
import type { FoundBatch } from './find-batches';
import { askAgainIn } from './report-view';
import type { ReportState } from './report.entity';
import { reportStates } from './report.entity';

type Counts = Record<ReportState, number>;

/** How many reports of a batch have each status. */
export function countMembers({ members }: FoundBatch): Counts {
  const counts = Object.fromEntries(reportStates.map((state) => [state, 0])) as Counts;
  for (const { status } of members) counts[status]++;
  return counts;
}

/** How many reports of a batch have not ended. */
export function countOpen({ queued, running }: Counts): number {
  return queued + running;
}

/**
 * Seconds after which it is worth asking again, from the pace so far; undefined once there is nothing to wait for.
 */
export function batchRetryAfter({ batch, members }: FoundBatch, counts: Counts): string | undefined {
  const open = countOpen(counts);
  if (open === 0) return undefined;
  const done = members.length - open;
  return askAgainIn(done === 0 ? 2_000 : ((Date.now() - batch.createdAt.getTime()) / done) * open);
}

/** The batch resource. */
export function presentBatch({ batch, members }: FoundBatch, counts: Counts): object {
  const id = toPublicId('bat', batch.id);
  const self = `/v1/report-batches/${id}`;
  const isOpen = countOpen(counts) > 0;
  return {
    id,
    object: 'batch',
    status: isOpen ? 'running' : 'completed',
    counts,
    reports: members.map((member) => ({
      index: member.batchIndex,
      reference: member.reference,
      id: toPublicId('rep', member.id),
      href: `/v1/reports/${toPublicId('rep', member.id)}`,
    })),
    cancelRequestedAt: batch.cancelRequestedAt?.toISOString() ?? null,
    createdAt: batch.createdAt.toISOString(),
    links: { self, cancel: isOpen ? `${self}/cancel` : null, reports: `/v1/reports?batchId=${id}` },
  };
}

/** A batch has no version of its own: what it shows is told by its reports, so the tag is that of what is shown. */
export function batchEtag(shown: object): string {
  return `"sha256-${createHash('sha256').update(JSON.stringify(shown)).digest('base64url')}"`;
}
