import { createHash } from 'node:crypto';

/** No id and no name in an address is longer; what is may be a signed token, which opens what it names to anyone. */
const longestName = 100;

/** The path of a URL as it may be written down: without the query, and with the hash of each segment that may be a token. */
export function safePath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.replace(/[^/]+/g, (segment) => (segment.length > longestName ? shortHash(segment) : segment));
}

function shortHash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
