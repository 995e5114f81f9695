/** Texts of which every character is drawn as it is; nearly all are. */
const PLAIN = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u23ff]*$/;

/** Whether `clean` leaves the text as it is. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** Ways to end a line, some of them controls. */
const LINE_ENDS = new RegExp('\\r\\n?|[\\v\\f\\u0085\\u2028\\u2029]', 'g');

/** Shown by no glyph: controls, lone surrogates, variation selectors, and all that only steers shaping, direction or breaking. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Ligatures of Latin letters, and full-width letters, digits and signs, which the font has in their usual form only. */
const COMPATIBLE = /[\ufb00-\ufb06\uff03-\uff06\uff0b\uff10-\uff19\uff1d\uff21-\uff3a\uff41-\uff5a\uffe0-\uffe6]/gu;

/**
 * Normalises to NFC, to NFKC where the font has that form only, and drops what has no look; `\n` stays, for it ends a line.
 */
export function clean(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replace(LINE_ENDS, '\n')
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, (character) => (character === '\n' ? character : ''))
    .normalize('NFC')
    .replace(COMPATIBLE, (character) => character.normalize('NFKC'));
}
