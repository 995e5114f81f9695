import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError, validationFailed } from '../platform/errors/app-error';
import type { ApiKey } from './api-key.entity';
import type { ApiKeyRequest } from './api-key.schema';
import type { Caller } from './api-keys';
import { ApiKeys } from './api-keys';
import { generateKey, hashSecret } from './key-format';
import type { Scope } from './scopes';

/** Keys of one tenant that work at the same time. */
const maxKeys = 100;

/** A key without what only its check needs. */
export type ApiKeySummary = Omit<ApiKey, 'tenantId' | 'secretSha256' | 'revokedAt'>;

/** A key that was just made, with the key itself: it is shown this once, and cannot be read again. */
export interface MadeKey {
  key: ApiKeySummary;
  secret: string;
}

/** What a tenant does with its own keys. No key can give more than it has, nor take itself away. */
@Injectable()
export class ManageApiKeys {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly apiKeys: ApiKeys,
  ) {}

  /** @throws AppError `insufficient-scope`; `validation-failed` when the tenant has as many keys as it may have */
  async create(caller: Caller, { name, scopes, expiresIn }: ApiKeyRequest): Promise<MadeKey> {
    requireScopes(caller, scopes);
    const { id, secret, key } = generateKey();
    const [made] = await this.database.transaction(async (transaction) => {
      // Requests of one tenant take turns, so that two at once do not both find room for the last key.
      await transaction.query('SELECT FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [caller.tenantId]);
      return transaction.query<ApiKeySummary[]>(
        `INSERT INTO api_keys (id, tenant_id, name, secret_sha256, scopes, expires_at)
         SELECT $1, $2::uuid, $3, $4, $5, ${now} + $6::int * interval '1 second'
          WHERE (SELECT count(*) FROM api_keys WHERE tenant_id = $2 AND ${isLive}) < $7
         RETURNING ${summary}`,
        [id, caller.tenantId, name, hashSecret(secret), scopes, expiresIn ?? null, maxKeys],
      );
    });
    if (!made) throw tooMany();
    return { key: made, secret: key };
  }

  /** Those that work, and those that have expired in the last thirty days; oldest first. */
  list(tenantId: string): Promise<ApiKeySummary[]> {
    return this.database.query(
      `SELECT ${summary} FROM api_keys WHERE tenant_id = $1 AND ${isListed} ORDER BY created_at, id`,
      [tenantId],
    );
  }

  /** @throws AppError `not-found` */
  async find(tenantId: string, publicId: string): Promise<ApiKeySummary> {
    const [, id] = /^key_([0-9A-Za-z]{8})$/.exec(publicId) ?? [];
    if (id === undefined) throw new AppError('not-found');
    const [found] = await this.database.query<ApiKeySummary[]>(
      `SELECT ${summary} FROM api_keys WHERE tenant_id = $1 AND id = $2 AND ${isListed}`,
      [tenantId, id],
    );
    if (!found) throw new AppError('not-found');
    return found;
  }

  /**
   * Makes a key that has the name, the scopes and the lifetime of another, which goes on working for a while.
   *
   * @param overlap seconds for which the old key works on
   * @throws AppError `not-found`, `insufficient-scope`; `api-key-not-rotatable` for one that was rotated or has expired
   */
  async rotate(caller: Caller, publicId: string, overlap: number): Promise<MadeKey> {
    const old = await this.find(caller.tenantId, publicId);
    requireScopes(caller, old.scopes);
    const { id, secret, key } = generateKey();
    const [made] = await this.database.query<ApiKeySummary[]>(rotateKey, [old.id, id, hashSecret(secret), overlap]);
    if (!made) throw new AppError('api-key-not-rotatable');
    this.apiKeys.forget(old.id);
    return { key: made, secret: key };
  }

  /** @throws AppError `not-found`; `api-key-in-use` for the key of the request itself */
  async revoke(caller: Caller, publicId: string): Promise<void> {
    const { id } = await this.find(caller.tenantId, publicId);
    if (id === caller.keyId) throw new AppError('api-key-in-use');
    await this.database.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [id]);
    this.apiKeys.forget(id);
  }
}

const now = `date_trunc('milliseconds', now())`;
const isLive = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
const isListed = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now() - interval '30 days')`;
const summary = `id, name, scopes, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
                 replaced_by AS "replacedBy"`;

// The key is locked first, and read as it is then: of two rotations at once the second finds it replaced.
const rotateKey = `
  WITH old AS (
    UPDATE api_keys SET replaced_by = $2, expires_at = least(expires_at, ${now} + $4::int * interval '1 second')
      FROM (SELECT id, expires_at - created_at AS lifetime FROM api_keys WHERE id = $1 FOR UPDATE) before
     WHERE api_keys.id = before.id AND replaced_by IS NULL AND ${isLive}
    RETURNING tenant_id, name, scopes, lifetime)
  INSERT INTO api_keys (id, tenant_id, name, secret_sha256, scopes, expires_at)
  SELECT $2, tenant_id, name, $3, scopes, ${now} + lifetime FROM old
  RETURNING ${summary}`;

/** @throws AppError `insufficient-scope` that names the first scope which the caller does not have itself */
function requireScopes(caller: Caller, scopes: readonly Scope[]): void {
  const requiredScope = scopes.find((scope) => !caller.scopes.includes(scope));
  if (requiredScope !== undefined) throw new AppError('insufficient-scope', { requiredScope });
}

function tooMany(): AppError {
  const detail = `A tenant may have ${maxKeys} API keys. Delete one that is not needed any more.`;
  return validationFailed([{ pointer: '', code: 'too-many-api-keys', detail }]);
}
