import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { timingSafeEqual } from 'node:crypto';
import { DataSource } from 'typeorm';
import { newId } from '../platform/ids/public-id';
import { ApiKey } from './api-key.entity';
import { generateKey, hashSecret, parseKey } from './key-format';
import type { Scope } from './scopes';
import { scopes } from './scopes';

/** Who a request comes from. */
export interface Caller {
  tenantId: string;
  keyId: string;
  scopes: readonly Scope[];
}

/** How long a key that was checked is trusted unasked, and with it how long a revoked one may still be used. */
const trustMs = 3_000;
const maxTrusted = 10_000;

@Injectable()
export class ApiKeys {
  private readonly trusted = new Map<string, { caller: Caller; secretSha256: Buffer; until: number }>();

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The caller whose key this is; undefined for a key that is unknown, revoked, expired or mistyped. */
  async authenticate(key: string): Promise<Caller | undefined> {
    const parts = parseKey(key);
    if (!parts) return undefined;
    const given = hashSecret(parts.secret);
    const known = this.trusted.get(parts.id);
    if (known && known.until > Date.now()) return timingSafeEqual(known.secretSha256, given) ? known.caller : undefined;
    const [row] = await this.database.query<Pick<ApiKey, 'tenantId' | 'secretSha256' | 'scopes'>[]>(selectLiveKey, [
      parts.id,
    ]);
    // A missing key is compared too, so that the time of the answer does not tell whether its id exists.
    if (!timingSafeEqual(row?.secretSha256 ?? hashSecret(''), given) || !row) return undefined;
    const caller = { tenantId: row.tenantId, keyId: parts.id, scopes: row.scopes };
    if (this.trusted.size >= maxTrusted) this.trusted.clear();
    this.trusted.set(parts.id, { caller, secretSha256: row.secretSha256, until: Date.now() + trustMs });
    return caller;
  }

  /** Has a key checked anew at its next use, because it was changed. */
  forget(id: string): void {
    this.trusted.delete(id);
  }

  /**
   * Makes a key with all scopes, and its tenant where it is new.
   *
   * @returns the key itself, which is shown this once and cannot be read again
   */
  async create(tenant: string, name: string): Promise<string> {
    const { id, secret, key } = generateKey();
    await this.database.query(insertKey, [newId(), tenant, id, name, hashSecret(secret), scopes]);
    return key;
  }
}

// The time of last use is kept to the minute, so that a busy key does not write on every check.
const selectLiveKey = `
  WITH live AS (
    SELECT id, tenant_id, secret_sha256, scopes, last_used_at FROM api_keys
     WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())),
  used AS (
    UPDATE api_keys SET last_used_at = now() FROM live
     WHERE api_keys.id = live.id AND (live.last_used_at IS NULL OR live.last_used_at < now() - interval '1 minute'))
  SELECT tenant_id AS "tenantId", secret_sha256 AS "secretSha256", scopes FROM live`;

// The update of nothing makes a tenant that a rival has just made visible to this statement.
const insertKey = `
  WITH tenant AS (
    INSERT INTO tenants (id, name) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id)
  INSERT INTO api_keys (id, tenant_id, name, secret_sha256, scopes) SELECT $3, id, $4, $5, $6 FROM tenant`;
