import { generateKey, hashSecret, parseKey } from './key-format';

describe('API keys', () => {
  it('are taken apart into what they were made from', () => {
    const { key, id, secret } = generateKey();
    expect(parseKey(key)).toEqual({ id, secret });
    expect(hashSecret(secret)).toHaveLength(32);
  });

  it('are told from mistyped ones by their checksum', () => {
    const { key } = generateKey();
    for (let index = 'rpk_live_'.length; index < key.length; index++) {
      if (key[index] === '_') continue;
      const mistyped = key.slice(0, index) + (key[index] === 'a' ? 'b' : 'a') + key.slice(index + 1);
      expect(parseKey(mistyped)).toBeUndefined();
    }
  });

  it('differ from each other', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => generateKey().secret)).size).toBe(1_000);
  });
});
