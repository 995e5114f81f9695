const names = new Map<string, string>();

/**
 * Marks a statement that is run often: each connection has Postgres parse and plan it once, instead of every time. For
 * texts that never change only, because a connection keeps them for as long as it lives.
 *
 * @returns the text, to be given to `query` like any other
 */
export function prepared(text: string): string {
  if (!names.has(text)) names.set(text, `pressroom_${names.size + 1}`);
  return text;
}

/** The name under which connections keep a statement; undefined for one that was not marked. */
export function preparedName(text: unknown): string | undefined {
  return typeof text === 'string' ? names.get(text) : undefined;
}
