import type { OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { RenderBell } from '../platform/queue/render-bell';
import type { Report } from './report.entity';
import { ReportStateMachine } from './report-state';

/** How long the ids of new reports are gathered, to be noted as rung in one statement. */
const noteAfterMs = 200;

/** Rings the workers for reports. What it does not get through to them, the dispatch loop rings for again. */
@Injectable()
export class Dispatcher implements OnApplicationShutdown {
  private rung: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bell: RenderBell,
    private readonly states: ReportStateMachine,
    private readonly logger: PinoLogger,
  ) {}

  /** Rings for a report that has just been committed, without keeping the caller. */
  ring(id: string, priority: Report['priority']): void {
    void this.bell.ring({ reportId: id, seq: 0 }, priority).then((isRung) => {
      if (isRung) this.note(id);
    });
  }

  /**
   * Rings for reports that are due and whose ring was lost. While as many rings wait as one round would add, the
   * workers are busy rather than deaf: more rings would only fill Redis.
   */
  async ringAgain(limit: number): Promise<void> {
    if (!this.bell.isConnected || (await this.bell.countWaiting()) >= limit) return;
    const due = await this.states.takeUnrung(limit);
    const isRung = await Promise.all(
      due.map(({ id, seq, priority }) => this.bell.ring({ reportId: id, seq }, priority)),
    );
    const unheard = due.filter((_, index) => !isRung[index]).map(({ id }) => id);
    if (unheard.length > 0) await this.states.markUnrung(unheard);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private note(id: string): void {
    this.rung.push(id);
    this.timer ??= setTimeout(() => {
      const ids = this.rung;
      this.rung = [];
      this.timer = undefined;
      // Not noted means that it is rung for once more, which does no harm.
      this.states.markRung(ids).catch((err: unknown) => this.logger.warn({ err }, 'rings could not be noted'));
    }, noteAfterMs);
  }
}
