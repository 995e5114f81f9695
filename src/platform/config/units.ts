const durations = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const sizes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** Milliseconds of `500ms`, `30s`, `10m`, `24h` or `7d`; undefined when the text is none of these. */
export function parseDuration(text: string): number | undefined {
  return parseUnit(text, durations);
}

/** Bytes of `512B`, `64KiB`, `1MiB`, `2GiB` or `0`, which needs no unit; undefined when the text is none of these. */
export function parseSize(text: string): number | undefined {
  return text.trim() === '0' ? 0 : parseUnit(text, sizes);
}

function parseUnit(text: string, units: Record<string, number>): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([A-Za-z]{1,3})$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}
