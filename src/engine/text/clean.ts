/** Texts of which every character is drawn as it is; nearly all are. */
const PLAIN = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u23ff]*$/;

/** Shown by no glyph: controls but the line feed, and marks that only steer shaping, direction or breaking. */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]/gu;

/** Normalises to NFC and drops what has no look; `\n` stays, for it ends a line. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\r\n?|[\x0b\x0c\x85\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, (character) => (character === '\n' ? character : ''))
    .normalize('NFC');
}
