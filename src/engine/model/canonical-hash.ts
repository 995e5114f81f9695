import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';

/** SHA-256 of a value's canonical JSON (RFC 8785): the same for every order of members and every white space. */
export function canonicalHash(value: unknown): Buffer {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest();
}
