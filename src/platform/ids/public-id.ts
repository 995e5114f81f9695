import { v7 } from 'uuid';

/** Prefixes of the ids that clients see: what an id is can be told from its text. */
export type IdPrefix = 'rep' | 'bat' | 'upl' | 'whd' | 'whe';

/** A new UUIDv7 (RFC 9562 §5.7): sorted by time, so that rows made together lie together. */
export function newId(): string {
  return v7();
}

/** `rep_` + 32 hex digits. */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  return `${prefix}_${uuid.replaceAll('-', '')}`;
}

/** The UUID in a public id, or undefined when the text is not one of this kind. */
export function fromPublicId(prefix: IdPrefix, id: string): string | undefined {
  const match = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(id);
  return match?.[1] === prefix ? match.slice(2).join('-') : undefined;
}
