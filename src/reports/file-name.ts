/**
 * A name under which a file can be saved anywhere: NFC, without control characters, slashes, backslashes, quotes and
 * direction overrides, at most 150 characters, with the extension of its format.
 *
 * @param wanted the client's words; where nothing is left of them, `fallback` is taken
 */
export function toFileName(wanted: string | undefined, fallback: string, extension: string): string {
  const clean = (wanted ?? '')
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\"']/gu, '')
    .trim()
    .replace(/^\.+/, '');
  const stem = clean.toLowerCase().endsWith(`.${extension}`) ? clean.slice(0, -extension.length - 1).trim() : clean;
  const name = stem === '' ? fallback : stem;
  return `${name.slice(0, 150 - extension.length - 1).toWellFormed()}.${extension}`;
}

/** What a browser is to do with a file: save it or show it (RFC 6266 §4.2). */
export const dispositions = ['attachment', 'inline'] as const;

export type Disposition = (typeof dispositions)[number];

/** Both forms of the name: plain ASCII for old clients, and RFC 8187 for all others (RFC 6266 §4.3). */
export function contentDisposition(fileName: string, disposition: Disposition): string {
  const ascii = fileName.replace(/[^\x20-\x7e]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
