import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toPublicId } from '../../platform/ids/public-id';
import type { FoundReport } from '../find-reports';
import { isTerminal, presentProgress, presentReport } from '../report-view';
import type { Report, ReportState } from '../report.entity';
import type { ServerSentEvent } from './event-stream';

/** What happened to a report, as the events of its stream. */
@Injectable()
export class ReadEvents {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Every change of state after a version, then how far the report is, or how it ended. Without a version, or with one
   * that it never had, the last change of state stands for all before it.
   */
  async since({ report, file }: FoundReport, version: number | undefined): Promise<ServerSentEvent[]> {
    const { id, attempt, state } = report;
    const current = Number(report.version);
    const known = version === undefined || version > current ? null : version;
    const rows = await this.database.query<StatusRow[]>(selectStatus, [id, current, known]);
    const events: ServerSentEvent[] = rows.map(({ id: version, to, at, ...data }) => ({
      id: Number(version),
      type: 'status',
      data: { id: toPublicId('rep', id), status: to, attempt: data.attempt, at: at.toISOString(), error: data.error },
    }));
    if (isTerminal(state)) return [...events, { id: current, type: 'end', data: presentReport(report, file) }];
    if ((events.at(-1)?.id ?? known ?? 0) < current) {
      const { cancelRequestedAt } = report;
      const data = { id: toPublicId('rep', id), status: state, attempt, cancelRequestedAt };
      events.push({ id: current, type: 'progress', data: { ...data, progress: presentProgress(report, false) } });
    }
    return events;
  }

  /** Whether a report had ended with that version, or before it. */
  async hasEndedBy(version: number, { id, state }: Report): Promise<boolean> {
    if (!isTerminal(state)) return false;
    const rows = await this.database.query<unknown[]>(selectEnd, [id, version]);
    return rows.length > 0;
  }
}

interface StatusRow {
  id: string;
  to: ReportState;
  attempt: number;
  /** Code of the failure. */
  error: string | null;
  at: Date;
}

const isOpen = `data->>'to' IN ('queued', 'running')`;

// Only `end` has the version with which the report ended: whoever is cut off just before it comes again and is told it.
const selectStatus = `
  SELECT CASE WHEN ${isOpen} THEN seq ELSE (
           SELECT min(seq) - 1 FROM report_events WHERE report_id = $1 AND NOT ${isOpen}) END AS id,
         data->>'to' AS "to", (data->>'attempt')::int AS attempt, data->>'error' AS error, at FROM report_events
   WHERE report_id = $1 AND type = 'status' AND seq <= $2
     AND seq > coalesce($3::bigint, (SELECT max(seq) - 1 FROM report_events WHERE report_id = $1 AND seq <= $2))
   ORDER BY seq`;

const selectEnd = `
  SELECT FROM report_events
   WHERE report_id = $1 AND seq <= $2 AND NOT ${isOpen} LIMIT 1`;
