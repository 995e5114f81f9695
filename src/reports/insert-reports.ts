import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Caller } from '../auth/api-keys';
import { canonicalHash } from '../engine';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { sqlState, violatedConstraint } from '../platform/database/database-errors';
import { prepared } from '../platform/database/prepared-statements';
import { AppError, validationFailed } from '../platform/errors/app-error';
import { newId } from '../platform/ids/public-id';
import type { CheckedRequest } from './check-report-request';
import { toFileName } from './file-name';
import { Report } from './report.entity';
import type { ReportRequest } from './report-request.schema';

/** What comes with a body: who sends it, and under which names it is known. */
export interface Submission {
  caller: Caller;
  idempotencyKey: string | undefined;
  requestId: string;
  traceparent: string | undefined;
}

/** Kinds of request that are remembered under an idempotency key; a key may be used once for each. */
export type Operation = 'reports' | 'report-batches';

/** What one idempotency key stands for: a request, by the SHA-256 of its canonical JSON, and what it made. */
export interface Creation {
  operation: Operation;
  resourceId: string;
  fingerprint: Buffer | null;
  /** A template's version that must be its latest one, or nothing is made. */
  latest?: { name: string; version: number } | undefined;
}

/** A report as it is written down. */
export type NewReport = ReturnType<InsertReports['toRow']>;

@Injectable()
export class InsertReports {
  private readonly statements: Record<Operation, string>;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    // A report on its own is shown in the answer, so it comes back whole, and need not be read.
    const columns = database.getMetadata(Report).columns.filter(({ isSelect }) => isSelect);
    const whole = columns.map(({ databaseName, propertyName }) => `${databaseName} AS "${propertyName}"`);
    this.statements = {
      reports: prepared(insertReports(whole.join(', '))),
      'report-batches': prepared(insertReports('id')),
    };
  }

  /**
   * What an earlier request with the same key made, or undefined.
   *
   * @throws AppError `idempotency-key-reused` when that was another request
   */
  async findReplay(
    tenantId: string,
    operation: Operation,
    key: string,
    fingerprint: Buffer,
  ): Promise<string | undefined> {
    const [known] = await this.database.query<{ fingerprint: Buffer; resourceId: string }[]>(findReplay, [
      tenantId,
      operation,
      key,
    ]);
    if (known && !known.fingerprint.equals(fingerprint)) throw new AppError('idempotency-key-reused');
    return known?.resourceId;
  }

  /** @param batchIndex its place in the batch; null for a report on its own */
  toRow(request: ReportRequest, checked: CheckedRequest, batchIndex: number | null) {
    const { config } = this;
    const { retention } = checked;
    const format = request.format ?? 'pdf';
    return {
      id: newId(),
      batch_index: batchIndex,
      template: checked.template?.name,
      template_version: checked.template?.version,
      format,
      reference: request.reference,
      filename: toFileName(request.filename, checked.name, format),
      locale: request.locale,
      time_zone: request.timeZone,
      as_of: request.asOf === undefined ? new Date() : new Date(request.asOf),
      priority: request.priority ?? 'normal',
      lane: checked.totalRows > config.longRows ? 'long' : 'short',
      parameters_hash: canonicalHash(checked.parameters).toString('hex'),
      total_rows: checked.totalRows,
      deadline_in: request.deadlineIn === undefined ? config.deadline : request.deadlineIn * 1000,
      file_retention:
        request.expiresIn === undefined ? (retention.file ?? config.fileRetention) : request.expiresIn * 1000,
      record_retention: retention.record ?? config.recordRetention,
      definition: checked.definition,
      parameters: checked.parameters,
      data: checked.data,
      uploads: checked.uploadIds,
    };
  }

  /**
   * Writes everything down, or nothing of it.
   *
   * @returns the reports, of a batch their ids alone; undefined when the idempotency key is taken, or a template's
   *   version is not the latest any more
   * @throws AppError `idempotency-in-progress`, or `validation-failed` when an upload has just expired
   */
  async insert(
    { caller, idempotencyKey, requestId, traceparent }: Submission,
    { operation, resourceId, fingerprint, latest }: Creation,
    reports: readonly NewReport[],
  ): Promise<Report[] | undefined> {
    try {
      const inserted = await this.database.query<Report[]>(this.statements[operation], [
        resourceId,
        caller.tenantId,
        caller.keyId,
        requestId,
        traceparent ?? null,
        operation,
        idempotencyKey ?? null,
        fingerprint,
        this.config.idempotencyRetention,
        this.config.maxAttempts,
        JSON.stringify(reports),
        latest?.name ?? null,
        latest?.version ?? null,
      ]);
      return inserted.length > 0 ? inserted : undefined;
    } catch (error) {
      if (sqlState(error) === '55P03' && idempotencyKey !== undefined)
        throw new AppError('idempotency-in-progress', {}, { cause: error, headers: { 'retry-after': '1' } });
      if (violatedConstraint(error) === 'report_uploads_upload_fkey')
        throw validationFailed([{ pointer: '', code: 'upload-not-found', detail: 'An upload has just expired.' }]);
      throw error;
    }
  }
}

/**
 * One statement, and so one transaction and one round trip: the key, the batch, the reports, what they were asked for
 * and the uploads that they need are there together or not at all. Without a key `taken` has no part in it; with a key
 * that is in use `taken` returns no row, and nothing is inserted; nor is it when a template that the request was checked
 * with has a newer version ($12, $13). A rival that holds the key uncommitted is waited for
 * up to the connection's lock_timeout.
 */
const insertReports = (returned: string) => `
  WITH current AS MATERIALIZED (
    SELECT WHERE $12::text IS NULL OR $13::int = (
      SELECT max(version) FROM template_versions WHERE tenant_id = $2::uuid AND name = $12)),
  taken AS (
    INSERT INTO idempotency_keys (tenant_id, operation, key, fingerprint, resource_id, expires_at)
    SELECT $2::uuid, $6::text, $7::text, $8::bytea, $1::uuid, now() + $9::float8 * interval '1 millisecond'
      FROM current WHERE $7 IS NOT NULL
    ON CONFLICT (tenant_id, operation, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = now(),
           expires_at = excluded.expires_at
     WHERE idempotency_keys.expires_at <= now()
    RETURNING resource_id),
  given AS MATERIALIZED (
    SELECT * FROM json_to_recordset($11::json) AS given(
      id uuid, batch_index integer, template text, template_version integer, format text, reference text,
      filename text, locale text, time_zone text, as_of timestamptz, priority text, lane text, parameters_hash text,
      total_rows bigint, deadline_in float8, file_retention float8, record_retention float8, definition json, parameters json, data json,
      uploads uuid[])
     WHERE EXISTS (SELECT FROM current) AND ($7 IS NULL OR EXISTS (SELECT FROM taken))),
  batch AS (
    INSERT INTO report_batches (id, tenant_id, created_by_key_id, request_id)
    SELECT $1, $2, $3, $4 WHERE $6 = 'report-batches' AND EXISTS (SELECT FROM given)
    RETURNING id),
  report AS (
    INSERT INTO reports (id, tenant_id, batch_id, batch_index, created_by_key_id, request_id, traceparent, template,
                         template_version, format, reference, filename, locale, time_zone, as_of, priority, lane,
                         parameters_sha256, total_rows, max_attempts, deadline_at, file_retention, record_retention)
    SELECT id, $2, (SELECT id FROM batch), batch_index, $3, $4, $5, template, template_version, format, reference,
           filename, locale, time_zone, as_of, priority, lane, decode(parameters_hash, 'hex'), total_rows, $10::int,
           now() + deadline_in * interval '1 millisecond', file_retention * interval '1 millisecond',
           record_retention * interval '1 millisecond'
      FROM given
    RETURNING *),
  input AS (
    INSERT INTO report_inputs (report_id, tenant_id, definition, parameters, data)
    SELECT id, $2, definition, parameters, data FROM given),
  uploads AS (
    INSERT INTO report_uploads (report_id, tenant_id, upload_id) SELECT id, $2, unnest(uploads) FROM given)
  SELECT ${returned} FROM report`;

const findReplay = prepared(`
  SELECT fingerprint, resource_id AS "resourceId" FROM idempotency_keys
   WHERE tenant_id = $1 AND operation = $2 AND key = $3 AND expires_at > now()`);
