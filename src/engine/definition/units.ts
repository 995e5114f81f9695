const POINTS: Readonly<Record<string, number>> = { pt: 1, mm: 72 / 25.4, cm: 72 / 2.54, in: 72 };

/** What a definition may say for a length: points, or a number with its unit. */
export const lengthSchema = {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 14_400 },
    { type: 'string', pattern: '^[0-9]{1,5}(\\.[0-9]{1,4})?(pt|mm|cm|in)$' },
  ],
  description: 'Points, or "20mm", "2cm", "1in".',
};

/** Points of a length that fits the schema. */
export function toPoints(length: number | string): number {
  if (typeof length === 'number') return length;
  return Number(length.slice(0, -2)) * POINTS[length.slice(-2)]!;
}

const MILLISECONDS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a definition may say for a time that something is kept: minutes, hours or days; or days alone. */
export const durationSchema = { type: 'string', pattern: '^[1-9][0-9]{0,3}[mhd]$' };
export const daysSchema = { type: 'string', pattern: '^[1-9][0-9]{0,3}d$' };

/** Milliseconds of a duration that fits its schema, if there is one. */
export function toMilliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  return Number(duration.slice(0, -1)) * MILLISECONDS[duration.slice(-1)]!;
}
