import type { OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { setTimeout as wait } from 'node:timers/promises';
import { RenderBell } from '../platform/queue/render-bell';
import type { DueReport } from './rung-reports';
import { RungReports } from './rung-reports';

/** How long a tenant with nothing to ring for, because its window is full, is left to those who take its reports. */
const fullMs = 50;
const maxRemembered = 10_000;

/** Least time between two rounds of ringing for single tenants: under load, one round serves many reports. */
const pauseMs = 10;
const roundLimit = 500;

/**
 * Rings the workers for reports, fairly: of each tenant only a window of reports is rung for ahead, and it is filled up
 * again as soon as a worker has taken one. What is missed, the dispatch loop rings for.
 */
@Injectable()
export class Dispatcher implements OnApplicationShutdown {
  private readonly tenants = new Set<string>();
  /** Tenants whose window was full, until when that is believed: under load it saves a query for each request. */
  private readonly fullUntil = new Map<string, number>();
  /** Tenants with nothing to ring for at the first look: the row may have been locked by whoever began to watch it. */
  private readonly unsure = new Set<string>();
  private ringing: Promise<void> | undefined;

  constructor(
    private readonly bell: RenderBell,
    private readonly reports: RungReports,
    private readonly logger: PinoLogger,
  ) {}

  /** Rings for what a tenant's window has room for, without keeping the caller: after a commit, or a claim. */
  ring(tenantId: string): void {
    this.tenants.add(tenantId);
    this.ringing ??= this.ringForTenants();
  }

  /** Rings for every tenant's next reports, and once more where rings were lost. */
  async ringForAll(limit: number): Promise<void> {
    if (!this.bell.isConnected) return;
    await this.ringFor(await this.reports.takeNext(limit));
    await this.ringFor(await this.reports.takeLost(limit, await this.bell.countWaiting()));
  }

  /** Has a report rung for once more, at once, after a ring was heard by a worker that takes no more. */
  leaveToOthers(id: string): Promise<void> {
    return this.reports.markUnrung([id]);
  }

  /** After the last request was answered, and before Redis and Postgres are let go. */
  async onApplicationShutdown(): Promise<void> {
    await this.ringing;
  }

  private async ringForTenants(): Promise<void> {
    try {
      while (this.tenants.size > 0) {
        const now = performance.now();
        const tenants = [...this.tenants].filter((tenant) => (this.fullUntil.get(tenant) ?? 0) <= now);
        for (const tenant of tenants) this.tenants.delete(tenant);
        if (this.bell.isConnected && tenants.length > 0) await this.ringFor(await this.takeNext(tenants));
        await wait(pauseMs);
      }
    } catch (err) {
      this.logger.warn({ err }, 'new reports were not rung for; the dispatch loop will');
    } finally {
      this.ringing = undefined;
    }
  }

  private async takeNext(tenants: readonly string[]): Promise<DueReport[]> {
    const due = await this.reports.takeNext(roundLimit, tenants);
    const now = performance.now();
    if (this.fullUntil.size > maxRemembered) this.fullUntil.clear();
    for (const tenant of tenants) {
      if (due.some(({ tenantId }) => tenantId === tenant)) {
        this.fullUntil.delete(tenant);
        this.unsure.delete(tenant);
      } else if (this.unsure.delete(tenant)) {
        this.fullUntil.set(tenant, now + fullMs);
      } else {
        this.unsure.add(tenant);
        this.tenants.add(tenant); // looked at again in the next round
      }
    }
    return due;
  }

  private async ringFor(due: readonly DueReport[]): Promise<void> {
    const isRung = await Promise.all(
      due.map(({ id, seq, lane, turn }) => this.bell.ring(lane, { reportId: id, seq }, turn)),
    );
    const unheard = due.filter((_, index) => !isRung[index]).map(({ id }) => id);
    if (unheard.length > 0) await this.reports.markUnrung(unheard);
  }
}
