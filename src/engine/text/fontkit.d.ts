/** The part of fontkit that the engine uses; the package has no types of its own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
    /** In font units. */
    readonly advanceWidth: number;
  }

  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
    getGlyph(id: number): Glyph;
    createSubset(): Subset;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    /** @param features to add, or by tag whether to apply them */
    layout(
      text: string,
      features?: readonly string[] | Readonly<Record<string, boolean>>,
    ): { readonly glyphs: readonly Glyph[] };
  }

  export interface Subset {
    /** Returns the glyph's number in the subset. */
    includeGlyph(glyph: number): number;
    /** A font file with the included glyphs. */
    encode(): Uint8Array;
  }

  export function openSync(path: string): Font;
}
