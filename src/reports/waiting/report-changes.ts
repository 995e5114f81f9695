import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { isDatabaseUnavailable } from '../../platform/database/database-errors';
import { Notifications } from '../../platform/database/notifications';
import type { Pulse } from './report-watch';
import { ReportWatch } from './report-watch';

/** Progress is not announced, so it is looked for while somebody watches a report that is being rendered. */
const progressIntervalMs = 500;
const intervalMs = 2_000;
/** Until the next look at a report whose row was locked: Postgres does not know yet that it is watched, and is silent. */
const unnotedMs = 25;

/**
 * Tells those who wait for reports of their changes, without a database connection for each: changes of state are
 * announced by Postgres at once, and one statement at intervals asks for all watched reports together, which finds
 * progress and whatever was not heard.
 */
@Injectable()
export class ReportChanges implements OnModuleInit {
  private readonly watches = new Map<string, Set<ReportWatch>>();
  private isLooking = false;
  /** Whether a report that was looked up last may change without being announced. */
  private isUnnoted = false;
  private wanted = 0;
  private endPause: () => void = () => undefined;

  constructor(
    private readonly notifications: Notifications,
    @InjectDataSource() private readonly database: DataSource,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    this.notifications.subscribe('report_changed', {
      hear: (payload) => {
        const [id = '', version, state] = payload.split(' ');
        this.tell(id, { version: Number(version), state: state as Pulse['state'] });
      },
      catchUp: () => this.lookSoon(),
    });
  }

  /**
   * @param known what was last seen of the report; what has changed since then is told, too
   * @returns a watch that its user must close
   */
  watch(id: string, known: Pulse, wantsProgress: boolean): ReportWatch {
    const watches = this.watches.get(id) ?? new Set();
    this.watches.set(id, watches);
    const watch = new ReportWatch(known, wantsProgress, () => {
      watches.delete(watch);
      if (watches.size === 0 && this.watches.get(id) === watches) this.watches.delete(id);
      if (this.watches.size === 0) this.endPause();
    });
    watches.add(watch);
    this.lookSoon();
    return watch;
  }

  private tell(id: string, pulse: Pulse): void {
    for (const watch of this.watches.get(id) ?? []) watch.hear(pulse);
  }

  private lookSoon(): void {
    this.wanted++;
    this.endPause();
    if (!this.isLooking) void this.lookAgainAndAgain();
  }

  /** Goes on for as long as somebody watches. */
  private async lookAgainAndAgain(): Promise<void> {
    this.isLooking = true;
    while (this.watches.size > 0) {
      const { wanted } = this;
      await this.look().catch((err: unknown) => {
        // While Postgres is away the next look tries again.
        if (!isDatabaseUnavailable(err)) this.logger.error({ err }, 'watched reports could not be looked up');
      });
      if (wanted === this.wanted) await this.pause();
    }
    this.isLooking = false;
  }

  private async look(): Promise<void> {
    const ids = [...this.watches.keys()];
    const rows = await this.database.query<WatchedRow[]>(watchReports, [ids]);
    const noted = new Set(rows.filter(({ isNoted }) => isNoted).map(({ id }) => id));
    this.isUnnoted = rows.some(({ id }) => !noted.has(id));
    for (const { id, version, state } of rows) this.tell(id, { version: Number(version), state });
    const found = new Set(rows.map(({ id }) => id));
    for (const id of ids) if (!found.has(id)) this.tell(id, { version: Infinity, state: 'deleted' });
  }

  private pause(): Promise<void> {
    const all = [...this.watches.values()].flatMap((watches) => [...watches]);
    const isProgressing = all.some(({ wantsProgress, latest }) => wantsProgress && latest.state === 'running');
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.isUnnoted ? unnotedMs : isProgressing ? progressIntervalMs : intervalMs);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface WatchedRow {
  id: string;
  version: string;
  state: Pulse['state'];
  isNoted: boolean;
}

// Notes now and then that the reports are watched, and so to be announced, and gives what they are. A row that is being
// changed this moment is left to the next look, because rows that are waited for in any order may end in a deadlock.
const watchReports = `
  WITH unnoted AS MATERIALIZED (
    SELECT id FROM reports
     WHERE id = ANY($1) AND state IN ('queued', 'running')
       AND (watched_until IS NULL OR watched_until < now() + interval '30 s')
       FOR NO KEY UPDATE SKIP LOCKED),
  noted AS (
    UPDATE reports r SET watched_until = now() + interval '90 s' FROM unnoted WHERE r.id = unnoted.id
    RETURNING r.id, r.version, r.state, r.deleted_at, true AS is_noted)
  SELECT id, version, CASE WHEN deleted_at IS NULL THEN state ELSE 'deleted' END AS state, is_noted AS "isNoted"
    FROM (SELECT * FROM noted UNION ALL
          SELECT id, version, state, deleted_at,
                 state NOT IN ('queued', 'running') OR coalesce(watched_until > now(), false)
            FROM reports WHERE id = ANY($1)) watched`;
