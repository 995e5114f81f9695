type JsonObject = Record<string, unknown>;

/**
 * Parses lines of a JSON object each, of which most are written like others before: the same members in the same order, with
 * plain values. `JSON.parse` takes more than twice as long for those, since it looks up every name and every short text among
 * all that the runtime knows; it gets what is not so plain, and has the last word on what is JSON.
 */
export class JsonObjectParser {
  /** The members of the plain object that was looked at last. */
  private members: readonly Member[] = [];
  private looks = 0;
  /** Where the value ends that was read last. */
  private valueEnd = 0;

  /**
   * @param bytes in which the line is from `start` to before `end`, in UTF-8 without faults
   * @returns undefined where it is not written like the plain object that was looked at last
   */
  parsePlain(bytes: Buffer, start: number, end: number): JsonObject | undefined {
    if (this.members.length === 0) return undefined;
    const line: Line = { bytes, start, end, text: bytes.toString('latin1', start, end) };
    const object: JsonObject = {};
    this.valueEnd = start;
    for (const { name, head } of this.members) {
      const begin = this.valueEnd + head.length;
      if (!hasAt(bytes, head, this.valueEnd)) return undefined;
      const value = bytes[begin] === QUOTE ? this.plainText(line, begin + 1) : this.plainValue(line, begin);
      if (value === undefined) return undefined;
      object[name] = value;
    }
    END.lastIndex = this.valueEnd - start;
    return END.test(line.text) ? object : undefined;
  }

  /**
   * Parses any line, and looks at how it is written.
   * @returns the value of the text, which may be no object
   * @throws SyntaxError as `JSON.parse` does
   */
  parse(text: string): unknown {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && this.looks < MAX_LOOKS) {
      this.looks += 1;
      const members = membersOf(text, Object.keys(value));
      if (members.length > 0) this.members = members;
    }
    return value;
  }

  /** Undefined for a text with escapes. */
  private plainText({ bytes, start, end, text }: Line, begin: number): string | undefined {
    let at = begin;
    let bits = 0;
    for (; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte === BACKSLASH) return undefined;
      bits |= byte;
    }
    if (at === end) return undefined;
    this.valueEnd = at + 1;
    return bits < 0x80 ? text.slice(begin - start, at - start) : bytes.toString('utf8', begin, at);
  }

  /** Undefined for an object, an array, or no value at all. */
  private plainValue(line: Line, begin: number): number | boolean | null | undefined {
    return this.wholeNumber(line, begin) ?? this.otherNumber(line, begin) ?? this.word(line, begin);
  }

  /** By hand, since most numbers are like that. */
  private wholeNumber({ bytes, end }: Line, begin: number): number | undefined {
    let value = 0;
    let at = begin;
    for (; at < end; at += 1) {
      const digit = bytes[at]! - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      if (value === 0) return undefined;
    }
    const isWhole = at > begin && value <= Number.MAX_SAFE_INTEGER && (at === end || !GOES_ON.has(bytes[at]!));
    if (!isWhole) return undefined;
    this.valueEnd = at;
    return value;
  }

  private otherNumber({ text, start }: Line, begin: number): number | undefined {
    NUMBER.lastIndex = begin - start;
    if (!NUMBER.test(text)) return undefined;
    this.valueEnd = start + NUMBER.lastIndex;
    return Number(text.slice(begin - start, NUMBER.lastIndex));
  }

  private word({ text, start }: Line, begin: number): boolean | null | undefined {
    for (const [word, value] of WORDS) {
      if (!text.startsWith(word, begin - start)) continue;
      this.valueEnd = begin + word.length;
      return value;
    }
    return undefined;
  }
}

interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** A character for each byte, so that what is of ASCII alone can be cut out of it. */
  readonly text: string;
}

interface Member {
  readonly name: string;
  /** What is written from the end of the value before to the value: the sign, the name, the colon and white space. */
  readonly head: Uint8Array;
}

/** @param names of the text's members as parsed, which rule out that it says one twice */
function membersOf(text: string, names: readonly string[]): readonly Member[] {
  const members: Member[] = [];
  let end = 0;
  for (const name of names) {
    MEMBER.lastIndex = end;
    const [, head, written] = MEMBER.exec(text) ?? [];
    // `__proto__` cannot simply be set.
    if (head === undefined || written !== name || name === '__proto__') return [];
    members.push({ name, head: Buffer.from(head) });
    end = MEMBER.lastIndex;
  }
  END.lastIndex = end;
  return END.test(text) ? members : [];
}

/** May look beyond the line, where the line feed is no part of any head. */
function hasAt(bytes: Uint8Array, part: Uint8Array, start: number): boolean {
  for (let index = 0; index < part.length; index += 1) if (bytes[start + index] !== part[index]) return false;
  return true;
}

/** Of rows that keep changing, no more are looked at than this. */
const MAX_LOOKS = 64;

/** What stands before a plain value, with its name in it, and the value. */
const MEMBER = /([ \t]*[{,][ \t]*"([^"\\]*)"[ \t]*:[ \t]*)(?:"[^"\\]*"|[^\s"{}[\],]+)/y;
const END = /[ \t]*\}[ \t\r]*$/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = [
  ['null', null],
  ['true', true],
  ['false', false],
] as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ZERO = 0x30;

/** After digits: `.`, `E` and `e`. */
const GOES_ON: ReadonlySet<number> = new Set([0x2e, 0x45, 0x65]);
