import type { IncomingHttpHeaders } from 'node:http';

/** What a request prefers, of what is known here. */
export interface Preferences {
  /** Whole seconds that the answer may be put off, from 1 to {@link maxWaitSeconds}. */
  wait?: number;
  /** An answer at once is preferred to one that is complete. */
  respondAsync: boolean;
}

/** Below the minute after which many proxies give an answer up. */
const maxWaitSeconds = 55;

/**
 * Reads the Prefer header (RFC 7240). A preference is never a demand: what is unknown, malformed or asks for nothing is
 * passed over; of a preference that is given twice the first counts (§2).
 */
export function readPreferences(headers: IncomingHttpHeaders): Preferences {
  const known = new Map<string, string | undefined>();
  for (const preference of splitOutsideQuotes([headers.prefer ?? []].flat().join(','), ',')) {
    // Parameters come after a semicolon; none of ours has any.
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*([^\s]+))?$/.exec(parameterless(preference)) ?? [];
    if (name !== undefined && !known.has(name.toLowerCase())) known.set(name.toLowerCase(), value);
  }
  const seconds = /^\d+$/.test(known.get('wait') ?? '') ? Number(known.get('wait')) : 0;
  return {
    ...(seconds > 0 && { wait: Math.min(seconds, maxWaitSeconds) }),
    respondAsync: known.has('respond-async'),
  };
}

function parameterless(preference: string): string {
  return (splitOutsideQuotes(preference, ';')[0] ?? '').trim();
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  return text.match(new RegExp(`(?:"(?:[^"\\\\]|\\\\.)*"?|[^"${separator}])+`, 'g')) ?? [];
}
