type JsonObject = Record<string, unknown>;

/**
 * Parses texts of a JSON object each, of which most are written like the one before: the same members in the same order,
 * with plain values. `JSON.parse` takes twice as long for those, since it looks up every name and every short text among
 * all that the runtime knows; it gets what is not so plain, and has the last word on what is JSON.
 */
export class JsonObjectParser {
  /** The members of the object that was looked at last; none where it was not plain. */
  private members: readonly Member[] = [];
  private looks = 0;
  /** Where the value ends that was read last. */
  private end = 0;

  /**
   * @returns the value of the text, which may be no object
   * @throws SyntaxError as `JSON.parse` does
   */
  parse(text: string): unknown {
    return this.parsePlain(text) ?? this.parseAny(text);
  }

  private parsePlain(text: string): JsonObject | undefined {
    if (this.members.length === 0) return undefined;
    const object: JsonObject = {};
    this.end = 0;
    for (const { name, head } of this.members) {
      if (!text.startsWith(head, this.end)) return undefined;
      const value = this.plainValue(text, this.end + head.length);
      if (value === undefined) return undefined;
      object[name] = value;
    }
    return this.isAtEnd(text) ? object : undefined;
  }

  private parseAny(text: string): unknown {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && this.looks < MAX_LOOKS) {
      this.looks += 1;
      this.members = this.lookAt(text, Object.keys(value));
    }
    return value;
  }

  /** @param names of the text's members as parsed, which rule out that it says one twice */
  private lookAt(text: string, names: readonly string[]): readonly Member[] {
    const members: Member[] = [];
    this.end = 0;
    for (const name of names) {
      MEMBER.lastIndex = this.end;
      const [head, written] = MEMBER.exec(text) ?? [];
      // `__proto__` cannot simply be set.
      if (head === undefined || written !== name || name === '__proto__') return [];
      members.push({ name, head });
      if (this.plainValue(text, this.end + head.length) === undefined) return [];
    }
    return this.isAtEnd(text) ? members : [];
  }

  private isAtEnd(text: string): boolean {
    END.lastIndex = this.end;
    return END.test(text);
  }

  /** Undefined for an object, an array, a text with escapes, or no value at all. */
  private plainValue(text: string, start: number): unknown {
    const first = text.charCodeAt(start);
    if (first === QUOTE) return this.plainText(text, start + 1);
    return this.wholeNumber(text, start) ?? this.otherNumber(text, start) ?? this.word(text, start);
  }

  private plainText(text: string, start: number): string | undefined {
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      // Past the end of the text there is NaN.
      if (!(code >= SPACE) || code === BACKSLASH) return undefined;
      at += 1;
    }
    this.end = at + 1;
    return text.slice(start, at);
  }

  /** By hand, since most numbers are like that. */
  private wholeNumber(text: string, start: number): number | undefined {
    let value = 0;
    let at = start;
    for (;;) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      if (value === 0) return undefined;
      at += 1;
    }
    const isWhole = at > start && value <= Number.MAX_SAFE_INTEGER && !'.eE'.includes(text.charAt(at));
    if (!isWhole) return undefined;
    this.end = at;
    return value;
  }

  private otherNumber(text: string, start: number): number | undefined {
    NUMBER.lastIndex = start;
    if (!NUMBER.test(text)) return undefined;
    this.end = NUMBER.lastIndex;
    return Number(text.slice(start, this.end));
  }

  private word(text: string, start: number): boolean | null | undefined {
    for (const [word, value] of WORDS) {
      if (!text.startsWith(word, start)) continue;
      this.end = start + word.length;
      return value;
    }
    return undefined;
  }
}

interface Member {
  readonly name: string;
  /** What is written from the end of the value before to the value: the sign, the name, the colon and white space. */
  readonly head: string;
}

/** Of rows that keep changing, no more are looked at than this. */
const MAX_LOOKS = 64;

const MEMBER = /[ \t]*[{,][ \t]*"([^"\\]*)"[ \t]*:[ \t]*/y;
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
