import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Field, FieldType, Value } from '../model/value';

/** Why a value does not fit its field; a sentence that can follow the field's name. */
export class ValueFault {
  constructor(readonly detail: string) {}
}

/**
 * Reads a value as it came (a cell of a CSV file or a JSON value) as the type of its field. Missing, null and, but for
 * strings, '' are nothing (null).
 */
export function readValue(raw: unknown, field: Field): Value | ValueFault {
  if (raw === undefined || raw === null || (raw === '' && field.type !== 'string')) {
    return field.isRequired ? new ValueFault('is required, and there is no value') : null;
  }
  const value = readers[field.type](raw);
  return value === undefined ? misfit(raw, field.type) : value;
}

type Reader = (raw: unknown) => Value | ValueFault | undefined;

const INTEGER = /^[+-]?\d{1,100}$/;

/** RFC 3339 with its offset, which alone makes it a point in time. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const readers: Readonly<Record<FieldType, Reader>> = {
  string: (raw) => (typeof raw === 'string' ? raw : undefined),

  integer(raw) {
    if (typeof raw === 'string') return INTEGER.test(raw) ? BigInt(raw) : undefined;
    if (typeof raw !== 'number' || !Number.isInteger(raw)) return undefined;
    return Number.isSafeInteger(raw) ? BigInt(raw) : new ValueFault(lost(raw));
  },

  decimal(raw) {
    if (typeof raw === 'string') return Decimal.parse(raw);
    if (typeof raw !== 'number') return undefined;
    return isExact(raw) ? Decimal.fromNumber(raw) : new ValueFault(lost(raw));
  },

  boolean(raw) {
    if (typeof raw === 'boolean') return raw;
    return raw === 'true' ? true : raw === 'false' ? false : undefined;
  },

  date: (raw) => (typeof raw === 'string' ? CalendarDate.parse(raw) : undefined),

  dateTime(raw) {
    const match = typeof raw === 'string' ? DATE_TIME.exec(raw) : null;
    return match && CalendarDate.parse(match[1]!) ? new Date(match[0].replace(' ', 'T').toUpperCase()) : undefined;
  },
};

/** What a double is sure to give back as it was written: safe integers, and up to 15 significant digits. */
function isExact(value: number): boolean {
  if (Number.isInteger(value)) return Number.isSafeInteger(value);
  const [mantissa = ''] = value.toString().split('e');
  return mantissa.replace(/^-?0?\.?0*/, '').replace('.', '').length <= 15;
}

const lost = (value: number): string =>
  `may have lost digits as the JSON number ${value}; send it as a string, in quotation marks`;

const expected: Readonly<Record<FieldType, string>> = {
  string: 'a string',
  integer: 'a whole number',
  decimal: 'a decimal number such as 1234.50',
  boolean: 'true or false',
  date: 'an existing date as YYYY-MM-DD',
  dateTime: 'a time as RFC 3339 with its offset, such as 2026-01-31T09:30:00Z',
};

function misfit(raw: unknown, type: FieldType): ValueFault {
  return new ValueFault(`must be ${expected[type]}, and is ${shown(raw)}`);
}

const SHOWN_LENGTH = 40;

/** The value as JSON, shortened, for a message. */
function shown(raw: unknown): string {
  if (typeof raw === 'object') return Array.isArray(raw) ? 'an array' : 'an object';
  const text = JSON.stringify(typeof raw === 'string' ? raw.slice(0, SHOWN_LENGTH + 1) : raw);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
