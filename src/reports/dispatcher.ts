import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { setTimeout as wait } from 'node:timers/promises';
import { RenderBell } from '../platform/queue/render-bell';
import type { DueReport } from './rung-reports';
import { RungReports } from './rung-reports';

/** Least time between two rounds of ringing for single tenants: under load, one round serves many reports. */
const pauseMs = 10;
const roundLimit = 500;

/**
 * Rings the workers for reports, fairly: of each tenant only a window of reports is rung for ahead, and it is filled up
 * again as soon as a worker has taken one. What is missed, the dispatch loop rings for.
 */
@Injectable()
export class Dispatcher implements BeforeApplicationShutdown {
  private readonly tenants = new Set<string>();
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

  async beforeApplicationShutdown(): Promise<void> {
    await this.ringing;
  }

  private async ringForTenants(): Promise<void> {
    try {
      while (this.tenants.size > 0) {
        const tenants = [...this.tenants];
        this.tenants.clear();
        if (this.bell.isConnected) await this.ringFor(await this.reports.takeNext(roundLimit, tenants));
        await wait(pauseMs);
      }
    } catch (err) {
      this.logger.warn({ err }, 'new reports were not rung for; the dispatch loop will');
    } finally {
      this.ringing = undefined;
    }
  }

  private async ringFor(due: readonly DueReport[]): Promise<void> {
    const isRung = await Promise.all(
      due.map(({ id, seq, lane, turn }) => this.bell.ring(lane, { reportId: id, seq }, turn)),
    );
    const unheard = due.filter((_, index) => !isRung[index]).map(({ id }) => id);
    if (unheard.length > 0) await this.reports.markUnrung(unheard);
  }
}
