import type { Decimal } from '../model/decimal';
import { toDecimal } from './compare';
import type { Formatter } from '../model/element';

type Options = Readonly<Record<string, string | number | boolean>>;

/**
 * Formats integers and decimals with every digit, rounded half-even unless the options say otherwise, with a true minus.
 * Without options on digits a decimal shows the digits that it has.
 */
export function numberFormatter(locale: string, options: Options): Formatter {
  const intl = new Intl.NumberFormat(locale, withDefaults(options));
  const slow = (value: Decimal): string => withTrueMinus(intl.format(value.toString() as Intl.StringNumericLiteral));
  const fast = fastFormatter(intl, options);
  return (value) => {
    const decimal = toDecimal(value);
    if (!decimal) return '';
    return fast ? fast(decimal) : slow(decimal);
  };
}

function withDefaults(options: Options): Options {
  const saysDigits = [
    'maximumFractionDigits',
    'minimumFractionDigits',
    'maximumSignificantDigits',
    'minimumSignificantDigits',
  ];
  const isPlain = options.style === undefined || options.style === 'decimal' || options.style === 'unit';
  const digits = isPlain && options.notation === undefined && !saysDigits.some((name) => name in options);
  // Intl would print what rounds to nothing from below as −0.
  return {
    roundingMode: 'halfEven',
    signDisplay: 'negative',
    ...(digits && { maximumFractionDigits: 20 }),
    ...options,
  };
}

const withTrueMinus = (text: string): string => text.replaceAll('-', '\u2212');

/** Options under which a number is its rounded digits with separators between a fixed beginning and end. */
const SIMPLE = new Set([
  'style',
  'currency',
  'currencyDisplay',
  'minimumFractionDigits',
  'maximumFractionDigits',
  'useGrouping',
]);

/**
 * Intl takes a microsecond or more for each number, which is most of the time of a long table. What it does to the common
 * formats is read once from samples: where digits are grouped, and what stands around them. `undefined` where the format
 * is not that simple (other digits than 0–9, compact notation, a varying number of places).
 */
function fastFormatter(intl: Intl.NumberFormat, options: Options): ((value: Decimal) => string) | undefined {
  const resolved = intl.resolvedOptions();
  const places = resolved.maximumFractionDigits;
  if (places === undefined || places !== resolved.minimumFractionDigits || resolved.numberingSystem !== 'latn')
    return undefined;
  const isSimple = Object.keys(options).every((name) => SIMPLE.has(name));
  // A currency's name depends on the number: 1 euro, 2 euros.
  if (!isSimple || resolved.style === 'unit' || resolved.currencyDisplay === 'name') return undefined;
  const shift = resolved.style === 'percent' ? 2 : 0;
  const positive = affixes(intl, '1');
  const negative = affixes(intl, '-1');
  const group = groupingOf(intl, shift);
  const point = intl.formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '';

  return (value) => {
    const { coefficient } = value.scale === places + shift ? value : value.withScale(places + shift);
    const isNegative = coefficient < 0n;
    const digits = (isNegative ? -coefficient : coefficient).toString().padStart(places + 1, '0');
    const whole = places === 0 ? digits : digits.slice(0, -places);
    const fraction = places === 0 ? '' : point + digits.slice(-places);
    const [before, after] = isNegative ? negative : positive;
    return before + group(whole) + fraction + after;
  };
}

/** What stands before the first digit and after the last. */
function affixes(intl: Intl.NumberFormat, sample: '1' | '-1'): [string, string] {
  const parts = intl.formatToParts(Number(sample));
  const isDigits = (part: Intl.NumberFormatPart): boolean =>
    part.type === 'integer' || part.type === 'fraction' || part.type === 'decimal' || part.type === 'group';
  const first = parts.findIndex(isDigits);
  const last = parts.findLastIndex(isDigits);
  const text = (some: Intl.NumberFormatPart[]): string => withTrueMinus(some.map((part) => part.value).join(''));
  return [text(parts.slice(0, first)), text(parts.slice(last + 1))];
}

/**
 * Groups whole digits as the locale does: by threes, or by twos after the first three; some leave four digits alone.
 * Intl shows the samples `shift` powers of ten larger.
 */
function groupingOf(intl: Intl.NumberFormat, shift: number): (digits: string) => string {
  const integers = intl
    .formatToParts(1e12)
    .filter((part) => part.type === 'integer')
    .map((part) => part.value.length);
  const separator = intl.formatToParts(1e12).find((part) => part.type === 'group')?.value;
  if (separator === undefined) return (digits) => digits;
  const primary = integers.at(-1)!;
  const secondary = integers.at(-2)!;
  const least =
    [4, 5, 6].find((length) => intl.formatToParts(10 ** (length - 1 - shift)).some((part) => part.type === 'group')) ??
    4;
  return (digits) => {
    if (digits.length < least) return digits;
    let end = digits.length - primary;
    let grouped = digits.slice(end);
    while (end > 0) {
      const start = Math.max(0, end - secondary);
      grouped = digits.slice(start, end) + separator + grouped;
      end = start;
    }
    return grouped;
  };
}
