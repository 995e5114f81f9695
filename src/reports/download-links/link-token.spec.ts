import { createHash } from 'node:crypto';
import { deriveKeys } from '../../platform/secrets/derived-keys';
import type { LinkGrant } from './link-token';
import { readLink, signLink } from './link-token';

describe('the token of a signed link', () => {
  const [key, oldKey] = deriveKeys(['the secret of today', 'the secret of yesterday'], 'download links');
  const grant: LinkGrant = {
    reportId: '01930f2e-7c5a-7c3e-8f5b-1d2a3c4e5f60',
    fileSha256: createHash('sha256').update('a file').digest(),
    disposition: 'inline',
    expiresAt: 4_102_444_800,
  };
  const token = signLink(grant, key!);

  it('is read back as what was signed, with any of the keys', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{120}$/);
    expect(readLink(token, [oldKey!, key!])).toEqual(grant);
    expect(readLink(signLink({ ...grant, disposition: 'attachment' }, oldKey!), [key!, oldKey!])).toMatchObject({
      disposition: 'attachment',
    });
  });

  it('is worth nothing without its key, and with one for another purpose', () => {
    expect(readLink(token, [oldKey!])).toBeUndefined();
    expect(readLink(token, [])).toBeUndefined();
    const [other] = deriveKeys(['the secret of today'], 'webhook endpoints');
    expect(readLink(token, [{ id: key!.id, key: other!.key }])).toBeUndefined();
  });

  it('is worth nothing with any bit changed', () => {
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(readLink(changed.toString('base64url'), [key!, oldKey!])).toBeUndefined();
    }
  });

  it.each([
    ['nothing', ''],
    ['too little', token.slice(1)],
    ['too much', `${token}A`],
    ['padding', `${token}=`],
    ['white space', ` ${token.slice(1)}`],
    ['the other alphabet', token.replaceAll('-', '+').replaceAll('_', '/').padEnd(121, '+')],
  ])('is not read with %s', (_, text) => {
    expect(readLink(text, [key!])).toBeUndefined();
  });
});
