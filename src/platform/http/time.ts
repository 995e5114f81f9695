import { fullFormats } from 'ajv-formats/dist/formats';

const { validate } = fullFormats['date-time'] as { validate: (text: string) => boolean };

/**
 * The time that an RFC 3339 text names, or undefined for one that names none. A leap second is none that we can
 * keep, nor are times outside of the years 1 to 9999 in UTC.
 */
export function parseTime(text: string): Date | undefined {
  const time = new Date(validate(text) ? text : NaN);
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : undefined;
}
