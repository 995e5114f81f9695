import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface KeyParts {
  id: string;
  secret: string;
}

/**
 * A new key, `rpk_live_<8 id>_<32 secret>_<6 checksum>` in base 62: about 190 bits of secret, and a checksum so that
 * a mistyped key, or a string that only looks like one, is told apart without asking the database.
 */
export function generateKey(): KeyParts & { key: string } {
  const id = randomText(8);
  const secret = randomText(32);
  return { id, secret, key: `rpk_live_${id}_${secret}_${checksum(id, secret)}` };
}

/** The parts of a well-formed key, or undefined. */
export function parseKey(key: string): KeyParts | undefined {
  const [, id, secret, sum] = /^rpk_live_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})_([0-9A-Za-z]{6})$/.exec(key) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return checksum(id, secret) === sum ? { id, secret } : undefined;
}

/** A fast hash is right here: the secret is random and long, so it cannot be guessed from a list. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function checksum(id: string, secret: string): string {
  let rest = crc32(`${id}_${secret}`);
  let digits = '';
  for (let position = 0; position < 6; position++) {
    digits = alphabet[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(62)]).join('');
}
