import { codeUnitAt } from '../../model/code-unit';
import type { Warnings } from '../../model/faults';
import type { FontWeight, TextStyle } from '../../model/page';
import type { Face } from '../../text/face';
import { faceOf } from '../../text/face';
import type { ByteBuffer } from './byte-buffer';
import { FontSubset } from './font-subset';
import type { ReportDocument } from './report-document';
import { reference } from './report-document';

/** The fonts of one file: glyphs join a font's subset when they are first drawn. */
export class EmbeddedFonts {
  private readonly faces = new Map<Face, EmbeddedFace>();
  private readonly subsets = new Map<FontWeight, FontSubset>();
  /** Number of the object that has all fonts by name; all pages share it, and it is written at the end. */
  readonly dictionary: number;

  constructor(
    private readonly file: ReportDocument,
    private readonly warnings: Warnings,
  ) {
    this.dictionary = file.allocate();
  }

  of(style: TextStyle): EmbeddedFace {
    const face = faceOf(style);
    let embedded = this.faces.get(face);
    if (!embedded) {
      embedded = new EmbeddedFace(face, this.subsetOf(face), this.warnings);
      this.faces.set(face, embedded);
    }
    return embedded;
  }

  write(): void {
    const fonts = [...this.subsets].map(([weight, subset]) => `/F${weight} ${reference(subset.write(this.file))}`);
    this.file.write(this.dictionary, `<<${fonts.join('')}>>`);
  }

  /** A face with tabular figures and one without draw from the same font. */
  private subsetOf(face: Face): FontSubset {
    let subset = this.subsets.get(face.weight);
    if (!subset) {
      subset = new FontSubset(face.font);
      this.subsets.set(face.weight, subset);
    }
    return subset;
  }
}

/** Characters below have their codes in an array, which most of the time of painting depends on. */
const TABLE_SIZE = 0x2600;

/** Turns texts into codes of a font; each face's few characters make a small table. */
export class EmbeddedFace {
  readonly fontName: string;
  /** 0 for a character that was not drawn yet. */
  private readonly codes = new Uint16Array(TABLE_SIZE);

  constructor(
    private readonly face: Face,
    private readonly subset: FontSubset,
    private readonly warnings: Warnings,
  ) {
    this.fontName = `F${face.weight}`;
  }

  /**
   * Writes the codes of a text into a literal string that is open; a character without a glyph is drawn as a box, and still
   * read as itself.
   * @returns the width in thousandths of the size
   */
  show(text: string, buffer: ByteBuffer): number {
    const { length } = text;
    let width = 0;
    for (let index = 0; index < length; index += 1) {
      let codePoint = codeUnitAt(text, index);
      const short = codePoint < TABLE_SIZE ? this.codes[codePoint]! : 0;
      // Nearly all are known and of one byte.
      if (short > 0 && short <= 0xff) {
        buffer.byte(short);
        width += this.face.advanceOf(codePoint);
        continue;
      }
      if (codePoint >= HIGH_SURROGATES && codePoint < LOW_SURROGATES) {
        codePoint = text.codePointAt(index)!;
        if (codePoint > 0xffff) index += 1;
      }
      const known = codePoint < TABLE_SIZE ? this.codes[codePoint]! : 0;
      const code = known === 0 ? this.add(codePoint) : known;
      if (code === NO_CODE) width += this.showSubstitute(codePoint, buffer);
      else {
        writeCode(code, buffer);
        width += this.face.advanceOf(codePoint);
      }
    }
    return width * 1000;
  }

  private add(codePoint: number): number {
    const glyph = this.face.glyphOf(codePoint);
    const code = glyph === 0 ? NO_CODE : this.subset.codeOf(glyph, codePoint);
    if (codePoint < TABLE_SIZE) this.codes[codePoint] = code;
    return code;
  }

  /** @returns the width in ems */
  private showSubstitute(codePoint: number, buffer: ByteBuffer): number {
    const character = String.fromCodePoint(codePoint);
    const number = codePoint.toString(16).toUpperCase().padStart(4, '0');
    this.warnings.add('missing_glyph', `U+${number} ${character} has no glyph in the font; a box stands for it.`);
    const utf16 = Buffer.from(character, 'utf16le').swap16().toString('hex');
    buffer.text(`)]TJ\n/Span<</ActualText<feff${utf16}>>>BDC[(`);
    writeCode(this.subset.codeOf(this.face.substitute, WHITE_SQUARE), buffer);
    buffer.text(')]TJ EMC[(');
    return this.face.advanceOf(codePoint);
  }
}

const HIGH_SURROGATES = 0xd800;
const LOW_SURROGATES = 0xdc00;
const WHITE_SQUARE = 0x25a1;

/** Stands for no glyph; the codes of a font never come that far. */
const NO_CODE = 0xffff;

function writeCode(code: number, buffer: ByteBuffer): void {
  if (code <= 0xff) {
    buffer.byte(code);
    return;
  }
  buffer.byte(code >> 8);
  const low = code & 0xff;
  // What a literal string would take for something else.
  if (low === 0x28 || low === 0x29 || low === 0x5c) buffer.byte(BACKSLASH);
  if (low === 0x0d) buffer.text('\\r');
  else buffer.byte(low);
}

const BACKSLASH = 0x5c;
