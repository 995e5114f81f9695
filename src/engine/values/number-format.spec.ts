import fc from 'fast-check';
import { Decimal } from '../model/decimal';
import { numberFormatter } from './number-format';

const format = (locale: string, options: Record<string, string | number | boolean>, text: string): string =>
  numberFormatter(locale, options)(Decimal.parse(text)!);

describe('numberFormatter', () => {
  it('prints every digit', () => {
    expect(format('en', {}, '12345678901234567890.123456789')).toBe('12,345,678,901,234,567,890.123456789');
  });

  it('prints a true minus, and none before what rounds to nothing', () => {
    const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    expect(format('en', two, '-1234.5')).toBe('\u22121,234.50');
    expect(format('en', two, '-0.004')).toBe('0.00');
    expect(format('sv', two, '-1')).toBe('\u22121,00');
  });

  it('rounds ties to even', () => {
    const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    expect([format('en', two, '0.125'), format('en', two, '0.135')]).toEqual(['0.12', '0.14']);
  });

  it('prints nothing for nothing', () => {
    expect(numberFormatter('en', {})(null)).toBe('');
  });

  it.each([
    ['en-GB', { style: 'currency', currency: 'EUR' }, '-1234567.891', '\u2212€1,234,567.89'],
    ['en-IN', { maximumFractionDigits: 0, minimumFractionDigits: 0 }, '12345678', '1,23,45,678'],
    ['es', { maximumFractionDigits: 0, minimumFractionDigits: 0 }, '1234', '1234'],
    ['en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }, '0.12345', '12.3%'],
    ['en', { notation: 'compact' }, '1234567', '1.2M'],
  ])('prints in %s with %j', (locale, options, text, expected) => {
    expect(format(locale, options as Record<string, string>, text)).toBe(expected);
  });

  it('takes its short way only to what Intl says', () => {
    const locales = [
      'en-US',
      'en-IN',
      'de-DE',
      'de-CH',
      'fr-FR',
      'es-ES',
      'pl-PL',
      'pt-PT',
      'sv-SE',
      'ja-JP',
      'ar-EG',
      'fa-IR',
      'hi-IN',
    ];
    const formats: Record<string, string | number | boolean>[] = [
      { minimumFractionDigits: 0, maximumFractionDigits: 0 },
      { minimumFractionDigits: 2, maximumFractionDigits: 2 },
      { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false },
      { style: 'currency', currency: 'EUR' },
      { style: 'currency', currency: 'JPY' },
      { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 },
    ];
    const numbers = fc.record({
      coefficient: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      scale: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        fc.constantFrom(...formats),
        numbers,
        (locale, options, { coefficient, scale }) => {
          const value = new Decimal(coefficient, scale);
          const asked = { roundingMode: 'halfEven', signDisplay: 'negative', ...options } as Intl.NumberFormatOptions;
          const expected = new Intl.NumberFormat(locale, asked).format(value.toString() as Intl.StringNumericLiteral);
          expect(numberFormatter(locale, options)(value)).toBe(expected.replaceAll('-', '\u2212'));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
