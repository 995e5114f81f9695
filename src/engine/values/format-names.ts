import type { FieldType } from '../model/value';

type Options = Readonly<Record<string, string | number | boolean>>;

const dates: Readonly<Record<string, Options>> = {
  date: { dateStyle: 'medium' },
  longDate: { dateStyle: 'long' },
  shortDate: { dateStyle: 'short' },
  dateTime: { dateStyle: 'medium', timeStyle: 'short' },
  time: { timeStyle: 'short' },
  month: { year: 'numeric', month: 'long' },
  year: { year: 'numeric' },
};

const numbers: Readonly<Record<string, Options>> = {
  integer: { maximumFractionDigits: 0, minimumFractionDigits: 0 },
  ...fixed('decimal', {}),
  ...fixed('percent', { style: 'percent' }),
};

/** `decimal2`, `percent1`: so many digits after the point. */
function fixed(name: string, options: Options): Record<string, Options> {
  const digits = [0, 1, 2, 3, 4, 5, 6];
  return Object.fromEntries(
    digits.map((places) => [
      `${name}${places}`,
      { ...options, minimumFractionDigits: places, maximumFractionDigits: places },
    ]),
  );
}

/** All names but `currency`, whose code the definition gives. */
export const formatNames: readonly string[] = [...Object.keys(numbers), ...Object.keys(dates), 'currency'];

/** What a name means, and for which types. */
export function namedFormat(name: string): { options: Options; types: readonly FieldType[] } | undefined {
  if (Object.hasOwn(numbers, name)) return { options: numbers[name]!, types: ['integer', 'decimal'] };
  if (name === 'time' || name === 'dateTime') return { options: dates[name]!, types: ['dateTime'] };
  return Object.hasOwn(dates, name) ? { options: dates[name]!, types: ['date', 'dateTime'] } : undefined;
}

/** Options of Intl.NumberFormat that a definition may use. */
export const numberOptions = {
  style: { enum: ['decimal', 'percent', 'currency', 'unit'] },
  currency: {
    type: 'string',
    maxLength: 200,
    description: 'ISO 4217 code; may be an island such as `${params.currency}`.',
  },
  currencyDisplay: { enum: ['symbol', 'narrowSymbol', 'code', 'name'] },
  currencySign: { enum: ['standard', 'accounting'] },
  unit: { type: 'string', maxLength: 60 },
  unitDisplay: { enum: ['short', 'long', 'narrow'] },
  notation: { enum: ['standard', 'scientific', 'engineering', 'compact'] },
  compactDisplay: { enum: ['short', 'long'] },
  signDisplay: { enum: ['auto', 'always', 'never', 'exceptZero', 'negative'] },
  useGrouping: { enum: [true, false, 'always', 'auto', 'min2'] },
  minimumIntegerDigits: { type: 'integer', minimum: 1, maximum: 21 },
  minimumFractionDigits: { type: 'integer', minimum: 0, maximum: 20 },
  maximumFractionDigits: { type: 'integer', minimum: 0, maximum: 20 },
  minimumSignificantDigits: { type: 'integer', minimum: 1, maximum: 21 },
  maximumSignificantDigits: { type: 'integer', minimum: 1, maximum: 21 },
  roundingMode: {
    enum: ['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven'],
  },
} as const;

/** Options of Intl.DateTimeFormat that a definition may use. */
export const dateOptions = {
  dateStyle: { enum: ['full', 'long', 'medium', 'short'] },
  timeStyle: { enum: ['full', 'long', 'medium', 'short'] },
  weekday: { enum: ['long', 'short', 'narrow'] },
  era: { enum: ['long', 'short', 'narrow'] },
  year: { enum: ['numeric', '2-digit'] },
  month: { enum: ['numeric', '2-digit', 'long', 'short', 'narrow'] },
  day: { enum: ['numeric', '2-digit'] },
  hour: { enum: ['numeric', '2-digit'] },
  minute: { enum: ['numeric', '2-digit'] },
  second: { enum: ['numeric', '2-digit'] },
  hour12: { type: 'boolean' },
  timeZoneName: { enum: ['short', 'long', 'shortOffset', 'longOffset'] },
} as const;
