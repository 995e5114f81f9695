import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DerivedKey } from './derived-keys';
import { deriveKeys } from './derived-keys';

const algorithm = 'aes-256-gcm';

/**
 * Encrypts small secrets that must be readable later, for keeping them in the database: AES-256-GCM with a key that is
 * derived from a secret of the configuration. The text is bound to a context, such as the id of its row, so that it
 * cannot be moved to another one.
 */
export class SecretBox {
  private readonly keys: readonly DerivedKey[];

  /** @param secrets of the configuration: the first encrypts, all of them decrypt; empty ones are left out */
  constructor(secrets: readonly string[], purpose: string) {
    this.keys = deriveKeys(secrets, purpose);
  }

  /** The text as `v1.<key id>.<nonce, tag and bytes in base64url>`. */
  seal(text: string, context: string): string {
    const { id, key } = this.keys[0]!;
    const nonce = randomBytes(12);
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
    const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64url')}`;
  }

  /** @throws Error when none of the secrets has sealed it, or it was changed or moved */
  open(sealed: string, context: string): string {
    const [version, id, content = ''] = sealed.split('.');
    const key = this.keys.find((candidate) => candidate.id === id)?.key;
    if (version !== 'v1' || !key) throw new Error('It was encrypted with a secret that is not configured here.');
    const bytes = Buffer.from(content, 'base64url');
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, 12))
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }
}
