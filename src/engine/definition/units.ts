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
