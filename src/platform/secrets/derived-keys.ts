import { hkdfSync } from 'node:crypto';

/** A key of 32 bytes, with an id of 8 hex digits by which to find it again. */
export interface DerivedKey {
  id: string;
  key: Buffer;
}

/**
 * Keys for one purpose, each derived from a secret of the configuration (HKDF, RFC 5869), so that what is made for one
 * purpose is worth nothing for another.
 *
 * @param secrets newest first; empty ones are left out
 */
export function deriveKeys(secrets: readonly string[], purpose: string): DerivedKey[] {
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => {
      const bytes = Buffer.from(hkdfSync('sha256', secret, '', `pressroom ${purpose}`, 36));
      return { id: bytes.toString('hex', 32), key: bytes.subarray(0, 32) };
    });
}
