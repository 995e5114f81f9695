import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';

const violations = new Gauge({
  name: 'pressroom_invariant_violations',
  help: 'Reports of which something is not as it must be, among those that are open and those that ended last.',
  labelNames: ['invariant'],
});

/** How many of the reports that ended last are looked at, which bounds what a round costs. */
const sample = 10_000;
/** How many loops' rounds may be missed before a report that is overdue is a broken promise. */
const patience = '5 minutes';

/**
 * Looks whether the promises hold, and says when one does not: nothing mends that by itself, so somebody has to be told.
 * Most are held by constraints of the database already; this would notice one that is missing. Uniqueness needs no
 * audit: of keys, of files of a report, and of announcements, a unique index allows no two.
 */
@Injectable()
export class AuditLoop extends Loop {
  constructor(
    @Inject(CONFIG) config: Config,
    logger: PinoLogger,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    super(config.auditInterval, logger);
  }

  protected async tick(): Promise<void> {
    const found = await this.database.query<{ invariant: string; ids: string[] }[]>(audit, [sample, patience]);
    for (const { invariant, ids } of found) {
      violations.set({ invariant }, ids.length);
      if (ids.length > 0)
        this.logger.error({ invariant, count: ids.length, reportIds: ids.slice(0, 10) }, 'an invariant is broken');
    }
  }
}

/*
 * $1: how many reports that have ended; $2: how much later than it must a report may end. The reports that ended last
 * are those whose records are kept the longest, as far as the retention is the same.
 */
const audit = `
  WITH ended AS MATERIALIZED (
    SELECT id, state, attempt, file_id, cancel_requested_at FROM reports
     WHERE record_expires_at IS NOT NULL ORDER BY record_expires_at DESC LIMIT $1),
  steps AS (
    SELECT e.report_id AS id, e.seq, data->>'from' AS "from", data->>'to' AS "to",
           lag(data->>'to') OVER (PARTITION BY report_id ORDER BY seq) AS previous,
           row_number() OVER (PARTITION BY report_id ORDER BY seq DESC) AS from_last
      FROM ended JOIN report_events e ON e.report_id = ended.id WHERE e.type = 'status'),
  broken AS (
    SELECT 'every_report_ends' AS invariant, id FROM reports
     WHERE state = 'queued' AND deadline_at < now() - $2::interval
        OR state = 'running' AND lease_expires_at < now() - $2::interval
    UNION ALL
    SELECT 'succeeded_has_its_file', r.id FROM ended r LEFT JOIN report_files f ON f.id = r.file_id AND f.report_id = r.id
     WHERE r.state = 'succeeded' AND f.id IS NULL
    UNION ALL
    SELECT 'file_is_of_the_last_attempt', r.id FROM ended r JOIN report_files f ON f.report_id = r.id
     WHERE f.attempt <> r.attempt OR f.storage_key NOT LIKE format('%%/%s-%s-%%', r.id, r.attempt)
    UNION ALL
    SELECT 'only_succeeded_has_a_file', r.id FROM ended r JOIN report_files f ON f.report_id = r.id
     WHERE r.state <> 'succeeded'
    UNION ALL
    SELECT 'canceled_never_succeeds', id FROM ended
     WHERE cancel_requested_at IS NOT NULL AND state IN ('succeeded', 'expired')
    UNION ALL
    SELECT 'only_known_changes_of_state', id FROM steps
     WHERE "from" IS DISTINCT FROM previous OR (coalesce("from", ''), "to") NOT IN (
       ('', 'queued'), ('queued', 'running'), ('queued', 'canceled'), ('queued', 'failed'),
       ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'canceled'),
       ('succeeded', 'expired'))
    UNION ALL
    SELECT 'every_change_is_written_down', r.id FROM ended r
      LEFT JOIN steps s ON s.id = r.id AND s.from_last = 1 WHERE s."to" IS DISTINCT FROM r.state)
  SELECT invariant, array_remove(array_agg(DISTINCT broken.id), NULL) AS ids
    FROM unnest(ARRAY['every_report_ends', 'succeeded_has_its_file', 'file_is_of_the_last_attempt',
                      'only_succeeded_has_a_file', 'canceled_never_succeeds', 'only_known_changes_of_state',
                      'every_change_is_written_down']) AS invariant
    LEFT JOIN broken USING (invariant)
   GROUP BY invariant`;
