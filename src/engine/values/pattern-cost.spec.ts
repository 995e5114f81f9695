import { isBoundedPattern, MAX_MATCHED_LENGTH } from './pattern-cost';

describe('isBoundedPattern', () => {
  const good = [
    '^[A-Z]{2}\\d{4}$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^[a-z]+$',
    '^(EUR|USD|GBP)$',
    '^[^@]+@example\\.com$',
    '^\\p{L}*$',
    '^x?y?z?$',
  ];

  it.each(good)('takes %s', (pattern) => {
    expect(isBoundedPattern(pattern)).toBe(true);
  });

  it.each(good)('takes only what ends soon: %s', (pattern) => {
    const expression = new RegExp(pattern, 'u');
    const start = performance.now();
    for (const character of ['a', 'A', '1', '@', 'x']) expression.test(`${character.repeat(MAX_MATCHED_LENGTH - 1)}!`);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it.each([
    '(a+)+$',
    '^(a|a)*$',
    '^(.*a){12}$',
    'a*a*a*a*a*$',
    '^(a?){30}a{30}$',
    '(x)\\1',
    '^(?=.*a)(?=.*b).*$',
    '(',
    '[',
    'a'.repeat(501),
  ])('refuses %s', (pattern) => {
    expect(isBoundedPattern(pattern)).toBe(false);
  });
});
