import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { askAgainIn } from './report-view';
import { rung, unrung } from './rung-reports';

/** A count is good for this long, and for so many times as long as it took: it never costs more than a share of a connection. */
const goodForMs = 1_000;
const goodForTimes = 20;

const maxTenants = 10_000;

/** In how long it is thought that there is room again. */
const roomInMs = 20_000;

/**
 * How many reports may wait, of one tenant and of all. They are counted in an index, no further than to the limit, and
 * no more than once a second; in between, this process adds what it takes on itself. Processes that take reports on
 * side by side may thus exceed a limit by what they accept within that second.
 */
@Injectable()
export class BacklogLimits {
  private readonly ofTenants = new Map<string, Backlog>();
  private readonly ofAll: Backlog;

  constructor(
    @InjectDataSource() private readonly database: Pick<DataSource, 'query'>,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.ofAll = new Backlog(() => this.count(countAll, [config.maxQueued]));
  }

  /**
   * Stores new reports, if there is room for all of them.
   *
   * @param store gives what it has stored; undefined when that was nothing
   * @throws AppError `quota-exceeded` or `temporary-reduced-capacity` with Retry-After; nothing is stored then
   */
  async within<T>(tenantId: string, reports: number, store: () => Promise<T | undefined>): Promise<T | undefined> {
    const { maxQueued, maxQueuedPerTenant: maxOfTenant } = this.config;
    const { ofAll } = this;
    const ofTenant = this.backlogOf(tenantId);
    await Promise.all([ofTenant.recount(), ofAll.recount()]);
    // Nothing is awaited between the look and the reservation, so that requests at the same moment see each other.
    const headers = { 'retry-after': askAgainIn(roomInMs) };
    if (ofTenant.size + reports > maxOfTenant) {
      const reason = `At most ${maxOfTenant} reports of a tenant may wait at once; ${ofTenant.size} do, and this request has ${reports} more`;
      throw new AppError('quota-exceeded', { reason }, { headers });
    }
    if (ofAll.size + reports > maxQueued) throw new AppError('temporary-reduced-capacity', {}, { headers });
    return ofAll.during(reports, () => ofTenant.during(reports, store));
  }

  private backlogOf(tenantId: string): Backlog {
    const known = this.ofTenants.get(tenantId);
    if (known) return known;
    if (this.ofTenants.size >= maxTenants) this.ofTenants.clear();
    const backlog = new Backlog(() => this.count(countOfTenant, [this.config.maxQueuedPerTenant, tenantId]));
    this.ofTenants.set(tenantId, backlog);
    return backlog;
  }

  private async count(statement: string, parameters: unknown[]): Promise<number> {
    const [row] = await this.database.query<{ waiting: number }[]>(statement, parameters);
    return row!.waiting;
  }
}

/** Reports that wait: as they were last counted, and what this process knows better since then. */
class Backlog {
  private counted = 0;
  /** Stored since the count; and being stored, which a count may or may not see. */
  private stored = 0;
  private storing = 0;
  private goodUntil = -Infinity;
  private counting: Promise<void> | undefined;

  constructor(private readonly count: () => Promise<number>) {}

  get size(): number {
    return this.counted + this.stored + this.storing;
  }

  /** Counts again unless the last count is still good; those who ask at the same time share one count. */
  async recount(): Promise<void> {
    if (performance.now() < this.goodUntil) return;
    this.counting ??= this.countNow().finally(() => (this.counting = undefined));
    await this.counting;
  }

  async during<T>(reports: number, store: () => Promise<T | undefined>): Promise<T | undefined> {
    this.storing += reports;
    try {
      const stored = await store();
      if (stored !== undefined) this.stored += reports;
      return stored;
    } finally {
      this.storing -= reports;
    }
  }

  private async countNow(): Promise<void> {
    const from = performance.now();
    const before = this.stored;
    this.counted = await this.count();
    this.stored -= before;
    const now = performance.now();
    this.goodUntil = now + Math.max(goodForMs, goodForTimes * (now - from));
  }
}

const bounded = (condition: string) =>
  `(SELECT count(*)::int FROM (SELECT FROM reports WHERE ${condition} LIMIT $1) waiting)`;

const countAll = `SELECT ${bounded(`state = 'queued'`)} AS waiting`;

const countOfTenant = `
  SELECT ${bounded(`tenant_id = $2 AND ${unrung}`)} + ${bounded(`tenant_id = $2 AND ${rung}`)} AS waiting`;
