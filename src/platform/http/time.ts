import { fullFormats } from 'ajv-formats/dist/formats';

const { validate } = fullFormats['date-time'] as { validate: (text: string) => boolean };

/** The time that an RFC 3339 text names, or undefined for one that names none. A leap second is none that we can keep. */
export function parseTime(text: string): Date | undefined {
  const time = new Date(validate(text) ? text : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
