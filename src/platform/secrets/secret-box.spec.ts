import { SecretBox } from './secret-box';

const [old, current] = ['an old secret of thirty-two letters', 'the present secret, as long as it must be'];

describe('the secret box', () => {
  const box = new SecretBox([current, ''], 'tests');

  it('gives back what was sealed, and seals the same text differently each time', () => {
    const sealed = box.seal('whsec_1', 'row 1');
    expect(box.open(sealed, 'row 1')).toBe('whsec_1');
    expect(sealed).not.toContain('whsec_1');
    expect(box.seal('whsec_1', 'row 1')).not.toBe(sealed);
  });

  it('opens what the secret before has sealed', () => {
    const sealed = new SecretBox([old], 'tests').seal('whsec_1', 'row 1');
    expect(new SecretBox([current, old], 'tests').open(sealed, 'row 1')).toBe('whsec_1');
    expect(() => box.open(sealed, 'row 1')).toThrow('not configured here');
  });

  it('opens nothing in another place, for another purpose, or that was changed', () => {
    const sealed = box.seal('whsec_1', 'row 1');
    expect(() => box.open(sealed, 'row 2')).toThrow();
    expect(() => new SecretBox([current], 'other tests').open(sealed, 'row 1')).toThrow();
    const last = sealed.length - 2;
    expect(() =>
      box.open(sealed.slice(0, last) + (sealed[last] === 'A' ? 'B' : 'A') + sealed.slice(last + 1), 'row 1'),
    ).toThrow();
    expect(() => box.open('', 'row 1')).toThrow();
  });
});
