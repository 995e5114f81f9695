/** Characters that a text may have to which an author's pattern is put. */
export const MAX_MATCHED_LENGTH = 4096;

/**
 * How many steps a regular expression may take on any text of {@link MAX_MATCHED_LENGTH} characters; Infinity where it is
 * not valid, or holds what is beyond this arithmetic. A backtracking matcher tries, at worst, every way to share a text
 * among the quantifiers; that number is bounded here by the product of their ranges and of the alternatives, for each
 * start in the text. Some hundred million steps are a second.
 */
export function patternSteps(source: string): number {
  if (source.length > 500) return Infinity;
  try {
    new RegExp(source, 'u');
  } catch {
    return Infinity;
  }
  // Backreferences and lookarounds.
  if (/\\[1-9]|\\k<|\(\?(<?[=!])/.test(source)) return Infinity;
  return costOfAlternatives({ source, index: 0 }, MAX_MATCHED_LENGTH);
}

interface Reader {
  readonly source: string;
  index: number;
}

/** `starts` is how many places of the text an alternative is tried at, unless it is anchored. */
function costOfAlternatives(reader: Reader, starts = 1): number {
  let total = 0;
  for (;;) {
    total += (reader.source[reader.index] === '^' ? 1 : starts) * costOfSequence(reader);
    if (reader.source[reader.index] !== '|') return total;
    reader.index += 1;
  }
}

function costOfSequence(reader: Reader): number {
  let ways = 1;
  while (reader.index < reader.source.length && !'|)'.includes(reader.source[reader.index]!)) {
    const ofAtom = costOfAtom(reader);
    const { min, max } = quantifier(reader);
    // Ways to repeat an atom so often, times the choice of how often.
    ways *= (ofAtom === 1 ? 1 : ofAtom ** max) * (max - min + 1);
  }
  return ways;
}

function costOfAtom(reader: Reader): number {
  const { source } = reader;
  const character = source[reader.index]!;
  reader.index += 1;
  if (character === '\\') {
    const escape = /^(?:[pP]\{[^}]*\}|u\{[^}]*\}|u.{4}|x..|c.|.)/su.exec(source.slice(reader.index))!;
    reader.index += escape[0].length;
  } else if (character === '[') {
    const set = /^(?:\\.|[^\]\\])*\]/s.exec(source.slice(reader.index))!;
    reader.index += set[0].length;
  } else if (character === '(') {
    reader.index += /^\?(?::|<[^>]*>)/.exec(source.slice(reader.index))?.[0].length ?? 0;
    const ways = costOfAlternatives(reader);
    reader.index += 1;
    // A group that is repeated can match in more than one way even where it holds no choice of its own.
    return isQuantified(reader) ? Math.max(2, ways) : ways;
  }
  return 1;
}

const QUANTIFIER = /^(?:\*|\+|\?|\{(\d+)(,?)(\d*)\})\??/;

const isQuantified = (reader: Reader): boolean => QUANTIFIER.test(reader.source.slice(reader.index));

function quantifier(reader: Reader): { min: number; max: number } {
  const match = QUANTIFIER.exec(reader.source.slice(reader.index));
  if (!match) return { min: 1, max: 1 };
  reader.index += match[0].length;
  const [text, least, comma, most] = match;
  if (text.startsWith('?')) return { min: 0, max: 1 };
  if (text.startsWith('*') || text.startsWith('+')) return { min: 0, max: MAX_MATCHED_LENGTH };
  const min = Number(least);
  return { min, max: comma === '' ? min : most === '' ? min + MAX_MATCHED_LENGTH : Number(most) };
}
