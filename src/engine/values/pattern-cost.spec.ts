import { MAX_MATCHED_LENGTH, patternSteps } from './pattern-cost';

const BUDGET = 2 ** 17;

describe('patternSteps', () => {
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
    expect(patternSteps(pattern)).toBeLessThanOrEqual(BUDGET);
  });

  it.each(good)('takes only what ends soon: %s', (pattern) => {
    const expression = new RegExp(pattern, 'u');
    const matches = ['a', 'A', '1', '@', 'x'].map((character) =>
      expression.test(`${character.repeat(MAX_MATCHED_LENGTH - 1)}!`),
    );
    expect(matches).toHaveLength(5);
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
    '^(?:a|a){25}$',
    '^a|(?:b|b){6}$',
    '[a-z]+$',
  ])('refuses %s', (pattern) => {
    expect(patternSteps(pattern)).toBeGreaterThan(BUDGET);
  });
});
