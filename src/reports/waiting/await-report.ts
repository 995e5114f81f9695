import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../auth/api-keys';
import { toPublicId } from '../../platform/ids/public-id';
import type { FoundReport } from '../find-reports';
import { FindReports } from '../find-reports';
import { isTerminal } from '../report-view';
import { ReportChanges } from './report-changes';
import type { Pulse } from './report-watch';
import { Waiters } from './waiters';

/** Puts an answer off until there is more to tell, as a request with `Prefer: wait` would have it. */
@Injectable()
export class AwaitReport {
  constructor(
    private readonly changes: ReportChanges,
    private readonly waiters: Waiters,
    private readonly findReports: FindReports,
  ) {}

  /**
   * Waits for a report to end, or at least to change, no longer than the seconds given; not at all for one that has
   * ended. Notes in the answer's Preference-Applied that this was done. A client that goes away, and a process that is
   * about to end, end the wait at once.
   *
   * @returns the report as it is then; undefined where too many wait already
   */
  async until(
    awaited: 'changed' | 'ended',
    found: FoundReport,
    seconds: number,
    caller: Caller,
    reply: FastifyReply,
  ): Promise<FoundReport | undefined> {
    const { id, state, version } = found.report;
    const applied = { 'preference-applied': `wait=${seconds}` };
    if (isTerminal(state)) {
      void reply.headers(applied);
      return found;
    }
    const waiter = this.waiters.enter(caller.keyId, reply.raw);
    if (!waiter) return undefined;
    const known = { state, version: Number(version) };
    const watch = this.changes.watch(id, known, awaited === 'changed');
    const isMet = (pulse: Pulse) => (awaited === 'ended' ? isTerminal(pulse.state) : pulse.version > known.version);
    try {
      const isOver = await watch.until(isMet, seconds * 1_000, waiter.signal);
      if (isOver || !waiter.signal.aborted) void reply.headers(applied);
    } finally {
      watch.close();
      waiter.leave();
    }
    return reply.raw.destroyed ? found : this.findReports.find(caller.tenantId, toPublicId('rep', id));
  }
}
