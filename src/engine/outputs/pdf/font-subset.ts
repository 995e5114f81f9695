/** The glyphs of one font that a file uses: what codes they have in texts, and how they are embedded. */
import { createHash } from 'node:crypto';
import type { Font } from 'fontkit';
import type { ReportDocument } from './report-document';
import { reference } from './report-document';

/** Codes below are of one byte, from here on of two: a text of a usual alphabet takes one byte a character. */
const FIRST_OF_TWO_BYTES = 0xa000;

/** Codes of one byte for characters that are not their own code: what no literal string has to escape. */
const FREE = [...range(0x80, 0x9f), ...range(0x01, 0x07), ...range(0x0e, 0x1f)];

/** A composite font (ISO 32000-1, 9.7) with a character map of its own, so that codes can be shorter than glyph numbers. */
export class FontSubset {
  private readonly subset;
  /** By glyph of the subset. */
  private readonly widths: number[] = [];
  /** The glyph of the subset and the character of each code. */
  private readonly codes = new Map<number, { readonly glyph: number; readonly codePoint: number }>();
  private readonly codeOfGlyph = new Map<number, number>();
  private free = 0;

  constructor(private readonly font: Font) {
    this.subset = font.createSubset();
    this.widths[0] = this.widthOf(0);
  }

  /** The code of a glyph, which reads as the character that it was first drawn for. */
  codeOf(glyph: number, codePoint: number): number {
    let code = this.codeOfGlyph.get(glyph);
    if (code === undefined) {
      code = this.newCode(codePoint);
      const included = this.subset.includeGlyph(glyph);
      this.codeOfGlyph.set(glyph, code);
      this.codes.set(code, { glyph: included, codePoint });
      this.widths[included] = this.widthOf(glyph);
    }
    return code;
  }

  /** Writes the font's objects and returns the number of the font itself. */
  write(file: ReportDocument): number {
    const { font } = this;
    const scale = 1000 / font.unitsPerEm;
    const program = this.subset.encode();
    const name = `${tagOf(program)}+${font.postscriptName}`;
    const { minX, minY, maxX, maxY } = font.bbox;
    const box = [minX, minY, maxX, maxY].map((value) => rounded(value * scale)).join(' ');
    const descriptor = file.add(
      `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[${box}]/ItalicAngle 0` +
        `/Ascent ${rounded(font.ascent * scale)}/Descent ${rounded(font.descent * scale)}` +
        `/CapHeight ${rounded(font.capHeight * scale)}/StemV 0/FontFile2 ${reference(file.add('', program))}>>`,
    );
    const widths = Array.from(this.widths, (width) => rounded(width)).join(' ');
    const descendant = file.add(
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDToGIDMap/Identity/FontDescriptor ${reference(descriptor)}` +
        `/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[0[${widths}]]>>`,
    );
    const encoding = file.add(
      '/Type/CMap/CMapName/Pressroom/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>',
      this.encoding(),
    );
    return file.add(
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding ${reference(encoding)}` +
        `/DescendantFonts[${reference(descendant)}]/ToUnicode ${reference(file.add('', this.toUnicode()))}>>`,
    );
  }

  /** Printable ASCII stands for itself where it can, which makes page content readable too. */
  private newCode(codePoint: number): number {
    const isItself = codePoint >= 0x20 && codePoint < 0x7f && !'()\\'.includes(String.fromCharCode(codePoint));
    if (isItself && !this.codes.has(codePoint)) return codePoint;
    this.free += 1;
    return this.free <= FREE.length ? FREE[this.free - 1]! : FIRST_OF_TWO_BYTES + this.free - FREE.length - 1;
  }

  private encoding(): Uint8Array {
    const entries = [...this.codes].map(([code, { glyph }]) => `${hex(code)} ${glyph}`);
    return characterMap('Pressroom', 'Identity', 1, 'cidchar', entries);
  }

  private toUnicode(): Uint8Array {
    const entries = [...this.codes].map(([code, { codePoint }]) => {
      const utf16 = Buffer.from(String.fromCodePoint(codePoint), 'utf16le').swap16().toString('hex');
      return `${hex(code)} <${utf16}>`;
    });
    return characterMap('Adobe-Identity-UCS', 'UCS', 2, 'bfchar', entries);
  }

  private widthOf(glyph: number): number {
    return (this.font.getGlyph(glyph).advanceWidth * 1000) / this.font.unitsPerEm;
  }
}

/** Entries that one operator of a character map may have (Adobe Technical Note 5014). */
const MAX_ENTRIES = 100;

function characterMap(name: string, ordering: string, type: number, kind: string, entries: string[]): Uint8Array {
  const blocks: string[] = [];
  for (let start = 0; start < entries.length; start += MAX_ENTRIES) {
    const block = entries.slice(start, start + MAX_ENTRIES);
    blocks.push(`${block.length} begin${kind}\n${block.join('\n')}\nend${kind}`);
  }
  const text = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo 3 dict dup begin
/Registry (Adobe) def
/Ordering (${ordering}) def
/Supplement 0 def
end def
/CMapName /${name} def
/CMapType ${type} def
2 begincodespacerange
<00> <9f>
<a000> <ffff>
endcodespacerange
${blocks.join('\n')}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
  return Buffer.from(text, 'latin1');
}

/** Six capital letters that tell subsets of one font apart (ISO 32000-1, 9.6.4). */
function tagOf(program: Uint8Array): string {
  const digest = createHash('sha256').update(program).digest();
  return String.fromCharCode(...digest.subarray(0, 6).map((byte) => 0x41 + (byte % 26)));
}

const hex = (code: number): string => `<${code.toString(16).padStart(code > 0xff ? 4 : 2, '0')}>`;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
