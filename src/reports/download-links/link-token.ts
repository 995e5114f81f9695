import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DerivedKey } from '../../platform/secrets/derived-keys';
import type { Disposition } from '../file-name';
import { dispositions } from '../file-name';

/** What a signed link lets anyone do who has it. */
export interface LinkGrant {
  /** UUID. */
  reportId: string;
  fileSha256: Buffer;
  disposition: Disposition;
  /** Seconds since 1970. */
  expiresAt: number;
}

const version = 1;
const grantLength = 58;

/**
 * The grant as 120 characters of base64url: version (1 byte), key id (4), report (16), hash of the file (32),
 * disposition (1), expiry (4), and the HMAC-SHA-256 of them all (32). Ninety bytes leave no spare bits at the end, so
 * that there is only one way to write a token.
 */
export function signLink({ reportId, fileSha256, disposition, expiresAt }: LinkGrant, { id, key }: DerivedKey): string {
  const tail = Buffer.alloc(5);
  tail.writeUInt8(dispositions.indexOf(disposition));
  tail.writeUInt32BE(expiresAt, 1);
  const report = Buffer.from(reportId.replaceAll('-', ''), 'hex');
  const grant = Buffer.concat([Buffer.of(version), Buffer.from(id, 'hex'), report, fileSha256, tail]);
  return Buffer.concat([grant, hmac(grant, key)]).toString('base64url');
}

/** What a token grants, also when its time is over; undefined unless one of the keys has signed it. */
export function readLink(token: string, keys: readonly DerivedKey[]): LinkGrant | undefined {
  if (!/^[A-Za-z0-9_-]{120}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const grant = bytes.subarray(0, grantLength);
  const signer = keys.find(({ id }) => id === grant.toString('hex', 1, 5));
  if (!signer || !timingSafeEqual(bytes.subarray(grantLength), hmac(grant, signer.key))) return undefined;
  const disposition = dispositions[grant[53]!];
  if (grant[0] !== version || disposition === undefined) return undefined;
  return {
    reportId: grant.toString('hex', 5, 21).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    fileSha256: grant.subarray(21, 53),
    disposition,
    expiresAt: grant.readUInt32BE(54),
  };
}

function hmac(grant: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(grant).digest();
}
