/** The part of pdfkit that the PDF output uses, some of it internal; hence its exact version in package.json. */
declare module 'pdfkit' {
  import type { Font } from 'fontkit';
  import { Readable } from 'node:stream';

  namespace PDFDocument {
    /** An indirect object. `end` writes it to the file. */
    interface Reference {
      readonly id: number;
      data: Record<string, unknown>;
      compress: boolean;
      end(content?: Uint8Array): void;
      toString(): string;
    }

    /** A font of which the glyphs that were used are embedded at the end. */
    interface EmbeddedFont {
      readonly subset: { includeGlyph(glyph: number): number };
      /** By subset glyph: width in thousandths of an em, and the characters that it stands for. */
      readonly widths: number[];
      readonly unicode: number[][];
      ref(): Reference;
    }
  }

  class PDFDocument extends Readable {
    constructor(options: object);
    readonly info: Readonly<Record<string, string | Date>>;
    readonly _root: { data: Record<string, unknown> & { Pages: { data: { Count: number; Kids: unknown[] } } } };
    readonly _font: PDFDocument.EmbeddedFont;
    ref(data: Record<string, unknown>): PDFDocument.Reference;
    registerFont(name: string, font: Font): this;
    font(name: string): this;
    appendXML(xml: string): void;
    end(): void;
    _addInfo(): void;
  }

  export = PDFDocument;
}
