import { DefinitionError } from '../engine';
import { compileCached } from './compile-cache';

describe('compileCached', () => {
  const letter = (text: string) => ({ pressroom: 1, name: 'letter', body: [{ type: 'heading', level: 1, text }] });

  it('compiles a definition once', () => {
    expect(compileCached(letter('a'), 'a')).toBe(compileCached(letter('a'), 'a'));
  });

  it('forgets those that were not used for longest when they are too large together', () => {
    const long = (mark: string) => ({ ...letter('x'), title: mark.repeat(400) });
    const keep = compileCached(letter('keep'), 'keep');
    const first = compileCached(long('0'), 'long-0');
    for (let index = 1; index < 1_500; index++) {
      compileCached(long('x'), `long-${index}`);
      expect(compileCached(letter('keep'), 'keep')).toBe(keep);
    }
    expect(compileCached(long('0'), 'long-0')).not.toBe(first);
  });

  it('throws every time for a definition with a fault', () => {
    for (let time = 0; time < 2; time++)
      expect(() => compileCached({ ...letter('a'), body: [] }, 'empty')).toThrow(DefinitionError);
  });
});
