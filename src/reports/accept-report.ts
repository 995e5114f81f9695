import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Caller } from '../auth/api-keys';
import { canonicalHash } from '../engine';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { sqlState, violatedConstraint } from '../platform/database/database-errors';
import { AppError, validationFailed } from '../platform/errors/app-error';
import { newId } from '../platform/ids/public-id';
import type { CheckedRequest } from './check-report-request';
import { CheckReportRequest } from './check-report-request';
import { Dispatcher } from './dispatcher';
import { toFileName } from './file-name';
import type { ReportRequest } from './report-request.schema';

interface Acceptance {
  caller: Caller;
  request: ReportRequest;
  idempotencyKey: string | undefined;
  requestId: string;
  traceparent: string | undefined;
}

/** Takes a report request on: from the moment this returns, the report is safe in Postgres. */
@Injectable()
export class AcceptReport {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly checkRequest: CheckReportRequest,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * @returns the id of the report, and whether an earlier request with the same key made it
   * @throws AppError for a request that is refused; nothing is stored then
   */
  async accept(acceptance: Acceptance): Promise<{ id: string; isReplay: boolean }> {
    const { caller, request, idempotencyKey } = acceptance;
    const fingerprint = canonicalHash(request);
    if (idempotencyKey !== undefined) {
      const replayed = await this.findReplay(caller.tenantId, idempotencyKey, fingerprint);
      if (replayed !== undefined) return { id: replayed, isReplay: true };
    }
    const checked = await this.checkRequest.check(caller.tenantId, request);
    const id = newId();
    if (await this.insert(id, acceptance, checked, fingerprint)) {
      this.dispatcher.ring(caller.tenantId);
      return { id, isReplay: false };
    }
    // A rival with the same key was faster, and has committed: that is what made our statement insert nothing.
    const replayed = await this.findReplay(caller.tenantId, idempotencyKey!, fingerprint);
    if (replayed === undefined) throw new AppError('idempotency-in-progress', {}, { headers: { 'retry-after': '1' } });
    return { id: replayed, isReplay: true };
  }

  private async findReplay(tenantId: string, key: string, fingerprint: Buffer): Promise<string | undefined> {
    const [known] = await this.database.query<{ fingerprint: Buffer; resourceId: string }[]>(
      `SELECT fingerprint, resource_id AS "resourceId" FROM idempotency_keys
        WHERE tenant_id = $1 AND operation = 'reports' AND key = $2 AND expires_at > now()`,
      [tenantId, key],
    );
    if (known && !known.fingerprint.equals(fingerprint)) throw new AppError('idempotency-key-reused');
    return known?.resourceId;
  }

  /** @returns false when the idempotency key is taken */
  private async insert(
    id: string,
    { caller, request, idempotencyKey, requestId, traceparent }: Acceptance,
    checked: CheckedRequest,
    fingerprint: Buffer,
  ): Promise<boolean> {
    const { config } = this;
    const now = new Date();
    try {
      const inserted = await this.database.query<unknown[]>(insertReport, [
        id,
        caller.tenantId,
        caller.keyId,
        requestId,
        traceparent ?? null,
        checked.template?.name ?? null,
        checked.template?.version ?? null,
        request.format ?? 'pdf',
        request.reference ?? null,
        toFileName(request.filename, checked.name, request.format ?? 'pdf'),
        request.locale ?? null,
        request.timeZone ?? null,
        request.asOf === undefined ? now : new Date(request.asOf),
        request.priority ?? 'normal',
        canonicalHash(checked.parameters),
        checked.totalRows,
        config.maxAttempts,
        request.deadlineIn === undefined ? config.deadline : request.deadlineIn * 1000,
        request.expiresIn === undefined ? config.fileRetention : request.expiresIn * 1000,
        config.recordRetention,
        checked.definition === null ? null : JSON.stringify(checked.definition),
        JSON.stringify(checked.parameters),
        JSON.stringify(checked.data),
        checked.uploadIds,
        idempotencyKey ?? null,
        fingerprint,
        config.idempotencyRetention,
      ]);
      return inserted.length === 1;
    } catch (error) {
      if (sqlState(error) === '55P03' && idempotencyKey !== undefined)
        throw new AppError('idempotency-in-progress', {}, { cause: error, headers: { 'retry-after': '1' } });
      if (violatedConstraint(error) === 'report_uploads_upload_fkey')
        throw validationFailed([{ pointer: '/data', code: 'upload-not-found', detail: 'An upload has just expired.' }]);
      throw error;
    }
  }
}

/**
 * One statement, and so one transaction and one round trip: the key, the report, what it was asked for and the uploads
 * that it needs are there together or not at all. Without a key `taken` has no part in it; with a key that is in use
 * `taken` returns no row, and nothing is inserted. A rival that holds the key uncommitted is waited for up to the
 * connection's lock_timeout.
 */
const insertReport = `
  WITH taken AS (
    INSERT INTO idempotency_keys (tenant_id, operation, key, fingerprint, resource_id, expires_at)
    SELECT $2::uuid, 'reports', $25::text, $26::bytea, $1::uuid, now() + $27::float8 * interval '1 millisecond'
     WHERE $25 IS NOT NULL
    ON CONFLICT (tenant_id, operation, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = now(),
           expires_at = excluded.expires_at
     WHERE idempotency_keys.expires_at <= now()
    RETURNING resource_id),
  report AS (
    INSERT INTO reports (id, tenant_id, created_by_key_id, request_id, traceparent, template, template_version, format,
                         reference, filename, locale, time_zone, as_of, priority, parameters_sha256, total_rows,
                         max_attempts, deadline_at, file_retention, record_retention)
    SELECT $1, $2, $3, $4, $5, $6, $7::int, $8, $9, $10, $11, $12, $13::timestamptz, $14, $15::bytea, $16::bigint,
           $17::int, now() + $18::float8 * interval '1 millisecond', $19::float8 * interval '1 millisecond',
           $20::float8 * interval '1 millisecond'
     WHERE $25 IS NULL OR EXISTS (SELECT FROM taken)
    RETURNING id, tenant_id),
  input AS (
    INSERT INTO report_inputs (report_id, tenant_id, definition, parameters, data)
    SELECT id, tenant_id, $21::json, $22::json, $23::json FROM report),
  uploads AS (
    INSERT INTO report_uploads (report_id, tenant_id, upload_id)
    SELECT id, tenant_id, unnest($24::uuid[]) FROM report)
  SELECT id FROM report`;
