import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { prepared } from '../platform/database/prepared-statements';
import type { Lane } from '../platform/queue/render-bell';

/** A report that the workers are to be rung for. */
export interface DueReport {
  id: string;
  tenantId: string;
  /** Of its rings, to tell them apart. */
  seq: number;
  lane: Lane;
  /** When its turn is, in milliseconds since 1970: the rings that wait are answered in this order. */
  turn: number;
}

/** Which reports the workers are rung for, and when: the fair order among tenants. It never changes a report's state. */
@Injectable()
export class RungReports {
  constructor(
    @InjectDataSource() private readonly database: Pick<DataSource, 'query'>,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The next reports to ring the workers for, counted as rung for: of each tenant and lane as many as its window has
   * room for, by priority and age. A step of priority is worth {@link priorityStep} of waiting, so nothing waits for ever.
   *
   * @param limit most reports, of all tenants together
   * @param tenantIds whose turn it is; every tenant's where nothing is said
   */
  takeNext(limit: number, tenantIds?: readonly string[]): Promise<DueReport[]> {
    return this.database.query(takeNext, [limit, this.config.tenantWindow, tenantIds ?? null]);
  }

  /**
   * Reports that were rung for some time ago, where fewer rings wait in Redis than reports for them: some were lost.
   * Counts them as rung for once more.
   */
  takeLost(limit: number, ringsWaiting: number): Promise<DueReport[]> {
    return this.database.query(
      `WITH lost AS MATERIALIZED (
         SELECT id FROM reports
          WHERE ${rung} AND last_dispatched_at < now() - $2::float8 * interval '1 millisecond' AND run_at <= now()
            AND $3 < (SELECT count(*) FROM reports WHERE ${rung})
          ORDER BY last_dispatched_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       changed AS (
         UPDATE reports r SET dispatch_seq = dispatch_seq + 1, last_dispatched_at = now()
           FROM lost WHERE r.id = lost.id RETURNING ${taken}, ${epochMs('now()')} AS turn)
       SELECT * FROM changed`,
      [limit, this.config.redispatchAfter, ringsWaiting],
    );
  }

  /** Takes back what {@link takeNext} counted, because Redis did not take the rings, or nobody answers them. */
  async markUnrung(ids: readonly string[]): Promise<void> {
    await this.database.query(`UPDATE reports SET last_dispatched_at = NULL WHERE id = ANY($1) AND state = 'queued'`, [
      ids,
    ]);
  }
}

/** Queued, and nobody was rung for it yet. */
export const unrung = `state = 'queued' AND last_dispatched_at IS NULL`;
/** Queued, and a worker was rung for it. */
export const rung = `state = 'queued' AND last_dispatched_at IS NOT NULL`;

const taken = `r.id, r.tenant_id AS "tenantId", r.dispatch_seq AS seq, r.lane`;

/** What a step of priority is worth in waiting. */
const priorityStep = `interval '5 minutes'`;

/** By how much a report's turn is later for each one that its tenant has running or rung for already. */
const turnStep = `interval '10 seconds'`;

/*
 * Tenants with reports to ring for are found by hopping through an index from one to the next, and each one's next
 * reports by reading the beginning of its part of that index, so a backlog of any size costs the same. Age is counted
 * from acceptance, so that another attempt does not go to the end. Rows are picked and locked in materialized steps: a
 * plain sub-select may be run again, and pick others.
 *
 * A turn is about now, earlier for a high priority, later for a low one that has not waited yet, and later still for
 * each report that the tenant has in hand: so the first report of a tenant comes before the tenth of another. Each lane
 * is a queue of its own, so nothing of one counts in the other. A report that was handed back, so that it has begun more
 * often than it failed, comes as early as an urgent one: it has had its turn.
 */
const takeNext = prepared(`
  WITH RECURSIVE waiting AS (
    (SELECT tenant_id FROM reports WHERE ${unrung} AND $3::uuid[] IS NULL ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT r.tenant_id FROM reports r WHERE ${unrung} AND r.tenant_id > w.tenant_id ORDER BY r.tenant_id LIMIT 1)
      FROM waiting w WHERE w.tenant_id IS NOT NULL),
  next AS MATERIALIZED (
    SELECT report.id, report.turn, held.in_hand + report.place AS rank
      FROM (SELECT tenant_id FROM waiting WHERE tenant_id IS NOT NULL UNION SELECT unnest($3::uuid[])) tenant
     CROSS JOIN (VALUES ('short'), ('long')) lane (name)
     CROSS JOIN LATERAL (
       SELECT count(*) AS in_hand, count(*) FILTER (WHERE state = 'queued') AS rung FROM reports
        WHERE tenant_id = tenant.tenant_id AND lane = lane.name AND (state = 'running' OR ${rung})) held
     CROSS JOIN LATERAL (
       SELECT id, turn, row_number() OVER (ORDER BY turn) - 1 AS place
         FROM (VALUES ('high', -${priorityStep}), ('normal', interval '0'), ('low', ${priorityStep})) class (name, step)
        CROSS JOIN LATERAL (
          SELECT id, created_at + class.step AS turn FROM reports
           WHERE tenant_id = tenant.tenant_id AND lane = lane.name AND priority = class.name AND ${unrung} AND run_at <= now()
           ORDER BY created_at LIMIT greatest($2 - held.rung, 0)) one
        ORDER BY turn LIMIT greatest($2 - held.rung, 0)) report
     LIMIT $1),
  due AS MATERIALIZED (
    SELECT id FROM reports WHERE id = ANY (ARRAY(SELECT id FROM next)) AND ${unrung} FOR UPDATE SKIP LOCKED),
  changed AS (
    UPDATE reports r SET dispatch_seq = r.dispatch_seq + 1, last_dispatched_at = now()
      FROM due JOIN next USING (id)
     WHERE r.id = due.id
 RETURNING ${taken}, ${epochMs(`rank * ${turnStep} +
             CASE WHEN r.priority = 'high' OR r.attempt > r.failures THEN now() - ${priorityStep}
                  WHEN r.priority = 'low' THEN greatest(now(), turn) ELSE now() END`)} AS turn)
  SELECT * FROM changed ORDER BY turn`);

function epochMs(time: string): string {
  return `round(extract(epoch FROM ${time}) * 1000)::float8`;
}
