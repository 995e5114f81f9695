import fc from 'fast-check';
import type { TextStyle } from '../model/page';
import { breakLines, shorten, widthOf } from './break-lines';
import { clean } from './clean';

const style: TextStyle = { weight: 400, size: 10, color: '#000000', tabular: false };
const broken = (text: string, samples: string): string[] => breakLines(text, style, widthOf(samples, style));

describe('breakLines', () => {
  it.each([
    ['one two three', 'one two', ['one two', 'three']],
    ['one  two', 'one', ['one', 'two']],
    ['a\nb\n\nc', 'wide enough', ['a', 'b', '', 'c']],
    ['re-entry', 're-ent', ['re-', 'entry']],
    ['DALLAS/FORT WORTH', 'DALLAS/F', ['DALLAS/', 'FORT', 'WORTH']],
    ['total -12', 'total -', ['total', '-12']],
    ['10-20', '10-2', ['10-', '20']],
    ['Betrag:1,234.50', 'Betrag:1,2', ['Betrag:', '1,234.50']],
    ['Betrag;,12', 'Betrag;,1', ['Betrag;,', '12']],
    ['IBAN:€9,5%', 'IBAN:€9,5', ['IBAN:', '€9,5%']],
    ['1234567', '1234', ['1234', '567']],
    ['Donaudampfschiff', 'Donaudam', ['Donaudam', 'pfschiff']],
    ['東京都、大阪府', '東京都', ['東京', '都、大', '阪府']],
    ['', 'x', ['']],
  ])('breaks %j within the width of %j', (text, samples, expected) => {
    expect(broken(text, samples)).toEqual(expected);
  });

  it('keeps a mark with its letter', () => {
    // No precomposed letter exists for these, so normalising leaves the mark alone.
    const lines = breakLines('q\u0301q\u0301q\u0301', style, widthOf('q', style));
    expect(lines).toEqual(['q\u0301', 'q\u0301', 'q\u0301']);
  });

  it('never exceeds the width by more than one character needs, and loses nothing but spaces', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', 'W', ' ', '-', '/', '1', 'é', '東', '\u{1F600}', '\n'),
      maxLength: 80,
    });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 200 }), (text, width) => {
        const lines = breakLines(text, style, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replace(/[ \n]/g, ''));
        for (const line of lines) {
          if (Array.from(line).length > 1) expect(widthOf(line, style)).toBeLessThanOrEqual(width + 1e-6);
        }
      }),
    );
  });
});

describe('shorten', () => {
  it('keeps what fits, and ends the rest with an ellipsis within the width', () => {
    const width = widthOf('Barksdale Air…', style);
    expect(shorten('Barksdale', style, width)).toBe('Barksdale');
    expect(shorten('Barksdale Air Force Base', style, width)).toBe('Barksdale Air…');
    expect(shorten('Paid 1,234.50', style, widthOf('Paid 1,23…', style))).toBe('Paid…');
    expect(shorten('two\nlines', style, 200)).toBe('two lines');
  });
});

describe('tabular figures', () => {
  it('are all equally wide, and proportional ones are not', () => {
    const widths = (tabular: boolean): Set<number> =>
      new Set(Array.from('0123456789', (digit) => digit).map((digit) => widthOf(digit, { ...style, tabular })));
    expect(widths(true).size).toBe(1);
    expect(widths(false).size).toBeGreaterThan(1);
  });
});

describe('clean', () => {
  it.each([
    ['e\u0301', 'é'],
    ['a\u0000b\u0007c\u001b', 'abc'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['a\tb', 'a b'],
    ['soft\u00adhyphen\u200b\ufeff', 'softhyphen'],
    ['\ud800x', 'x'],
    ['of\ufb01ce \ufb02ow \uffe5100 \uff21\uff11\uff0b', 'office flow ¥100 A1+'],
    ['東京、（x）', '東京、（x）'],
    ['plain – text', 'plain – text'],
  ])('makes %j %j', (text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});
