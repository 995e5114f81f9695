/** Prints values for a reader: in the run's locale and time zone. */
import { CalendarDate } from '../model/calendar-date';
import type { Formats, Formatter } from '../model/element';
import type { FieldType, Value } from '../model/value';
import { numberFormatter } from './number-format';

type Options = Readonly<Record<string, string | number | boolean>>;

/** Formatters take long to make, and runs of one process mostly share their locale and time zone. */
const remembered = new Map<string, Formats>();
const REMEMBERED_LOCALES = 16;
const REMEMBERED_FORMATS = 200;

/** @throws RangeError for a locale or a time zone that Intl does not know. */
export function formatsFor(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`;
  let formats = remembered.get(key);
  if (!formats) {
    formats = makeFormats(locale, timeZone);
    if (remembered.size >= REMEMBERED_LOCALES) remembered.clear();
    remembered.set(key, formats);
  }
  return formats;
}

function makeFormats(locale: string, timeZone: string): Formats {
  const built = new Map<string, Formatter>();
  const formatter = (type: FieldType | undefined, options: Options): Formatter => {
    const key = JSON.stringify([type, options]);
    let known = built.get(key);
    if (!known) {
      known = build(locale, timeZone, type, options);
      if (built.size >= REMEMBERED_FORMATS) built.clear();
      built.set(key, known);
    }
    return known;
  };
  formatter('dateTime', {});
  const whole = formatter('integer', { ...WHOLE, useGrouping: false });
  const decimal = formatter('decimal', { useGrouping: false });
  return {
    formatter,
    plain(value) {
      const type = typeOf(value);
      if (type === 'integer') return whole(value);
      return type === 'decimal' ? decimal(value) : formatter(type, {})(value);
    },
  };
}

function build(locale: string, timeZone: string, type: FieldType | undefined, options: Options): Formatter {
  if (type === 'decimal') return numberFormatter(locale, options);
  if (type === 'integer') return numberFormatter(locale, Object.keys(options).length > 0 ? options : WHOLE);
  if (type === 'date') return dateFormatter(locale, options);
  if (type === 'dateTime') return dateTimeFormatter(locale, timeZone, options);
  if (type !== undefined) return (value) => (value === null ? '' : String(value));
  return byValue(locale, timeZone, options);
}

const WHOLE = { minimumFractionDigits: 0, maximumFractionDigits: 0 };

/** For an expression whose type only its value tells. */
function byValue(locale: string, timeZone: string, options: Options): Formatter {
  const known = new Map<FieldType, Formatter>();
  return (value) => {
    if (value === null) return '';
    const type = typeOf(value);
    let formatter = known.get(type);
    if (!formatter) {
      formatter = build(locale, timeZone, type, options);
      known.set(type, formatter);
    }
    return formatter(value);
  };
}

function typeOf(value: Value): FieldType {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'boolean') return 'boolean';
  if (value instanceof CalendarDate) return 'date';
  if (value instanceof Date) return 'dateTime';
  return value !== null && typeof value === 'object' ? 'decimal' : 'string';
}

/** Days repeat from row to row, and formatting one takes longer than finding it. */
const REMEMBERED_DAYS = 5000;

function dateFormatter(locale: string, options: Options): Formatter {
  const asked = Object.keys(options).length > 0 ? options : { dateStyle: 'medium' };
  const intl = new Intl.DateTimeFormat(locale, { ...asked, timeZone: 'UTC' });
  const remembered = new Map<string, string>();
  return (value) => {
    if (!(value instanceof CalendarDate)) return '';
    let text = remembered.get(value.iso);
    if (text === undefined) {
      text = intl.format(value.toUtc());
      if (remembered.size >= REMEMBERED_DAYS) remembered.clear();
      remembered.set(value.iso, text);
    }
    return text;
  };
}

function dateTimeFormatter(locale: string, timeZone: string, options: Options): Formatter {
  const asked = Object.keys(options).length > 0 ? options : { dateStyle: 'medium', timeStyle: 'short' };
  const intl = new Intl.DateTimeFormat(locale, { ...asked, timeZone });
  return (value) => (value instanceof Date ? intl.format(value) : '');
}
