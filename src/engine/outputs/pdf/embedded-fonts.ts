import type PDFDocument from 'pdfkit';
import type { Warnings } from '../../model/faults';
import type { TextStyle } from '../../model/page';
import type { Face } from '../../text/face';
import { faceOf } from '../../text/face';

/** The fonts of one file: glyphs join a font's subset when they are first drawn. */
export class EmbeddedFonts {
  private readonly faces = new Map<Face, EmbeddedFace>();
  private readonly byWeight = new Map<number, { name: string; font: PDFDocument.EmbeddedFont }>();
  /** All fonts by name, shared by all pages and written at the end. */
  readonly dictionary: PDFDocument.Reference;

  constructor(
    private readonly document: PDFDocument,
    private readonly warnings: Warnings,
  ) {
    this.dictionary = document.ref({});
  }

  of(style: TextStyle): EmbeddedFace {
    const face = faceOf(style);
    let embedded = this.faces.get(face);
    if (!embedded) {
      embedded = new EmbeddedFace(face, this.embed(face), this.warnings);
      this.faces.set(face, embedded);
    }
    return embedded;
  }

  private embed(face: Face): { name: string; font: PDFDocument.EmbeddedFont } {
    let known = this.byWeight.get(face.weight);
    if (!known) {
      const name = `F${face.weight}`;
      const font = this.document.registerFont(name, face.font).font(name)._font;
      this.dictionary.data[name] = font.ref();
      known = { name, font };
      this.byWeight.set(face.weight, known);
    }
    return known;
  }
}

/** Codes of two bytes, escaped for a literal string; each face's few characters make a small table. */
export class EmbeddedFace {
  readonly name: string;
  private readonly font: PDFDocument.EmbeddedFont;
  private readonly codes: (string | undefined)[] = [];

  constructor(
    private readonly face: Face,
    embedded: { name: string; font: PDFDocument.EmbeddedFont },
    private readonly warnings: Warnings,
  ) {
    this.name = embedded.name;
    this.font = embedded.font;
  }

  /** The operators that show a text. A character without a glyph is drawn as a box, and still read as itself. */
  show(text: string): string {
    let shown = '(';
    for (let index = 0; index < text.length; index += 1) {
      const codePoint = text.codePointAt(index)!;
      if (codePoint > 0xffff) index += 1;
      const code = this.codes[codePoint] ?? this.add(codePoint);
      shown += code === '' ? this.showSubstitute(codePoint) : code;
    }
    return `${shown})Tj\n`;
  }

  /** '' for a character that the font has not. */
  private add(codePoint: number): string {
    const glyph = this.face.glyphOf(codePoint);
    const code = glyph === 0 ? '' : this.codeOf(glyph, codePoint);
    this.codes[codePoint] = code;
    return code;
  }

  private codeOf(glyph: number, codePoint: number): string {
    const id = this.font.subset.includeGlyph(glyph);
    this.font.widths[id] ??= this.face.advanceOf(codePoint) * 1000;
    this.font.unicode[id] ??= [codePoint];
    return escapeByte(id >> 8) + escapeByte(id & 0xff);
  }

  private showSubstitute(codePoint: number): string {
    const character = String.fromCodePoint(codePoint);
    const number = codePoint.toString(16).toUpperCase().padStart(4, '0');
    this.warnings.add('missing_glyph', `U+${number} ${character} has no glyph in the font; a box stands for it.`);
    const utf16 = Buffer.from(character, 'utf16le').swap16().toString('hex');
    const box = this.codeOf(this.face.substitute, WHITE_SQUARE);
    return `)Tj\n/Span<</ActualText<feff${utf16}>>>BDC(${box})Tj EMC(`;
  }
}

const WHITE_SQUARE = 0x25a1;

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '\r') return '\\r';
  return character === '(' || character === ')' || character === '\\' ? `\\${character}` : character;
}
