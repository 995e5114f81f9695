/** Reads the texts of a PDF back with their places: enough of the format for the files that the engine writes. */
import { inflateSync } from 'node:zlib';

export interface PlacedText {
  /** Left end of the baseline in points, from the page's bottom left corner. */
  x: number;
  y: number;
  text: string;
}

/** Lengths in points from the page's bottom left corner. */
export interface PlacedLink {
  left: number;
  bottom: number;
  right: number;
  top: number;
  /** 1 for the first page, and the height on it that the link leads to. */
  toPage: number;
  toY: number;
}

interface Obj {
  dict: string;
  stream: string;
}

export class PdfReader {
  private readonly file: string;
  private readonly objects = new Map<number, Obj>();

  constructor(bytes: Uint8Array) {
    this.file = Buffer.from(bytes).toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(this.file)![1]);
    const [, count] = /^xref\n0 (\d+)\n/.exec(this.file.slice(start))!;
    const offsets = [...this.file.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    if (offsets.length !== Number(count) - 1) throw new Error('the xref table is not complete');
    offsets.forEach((offset, index) => this.objects.set(index + 1, this.objectAt(offset, index + 1)));
  }

  /** The objects of the pages in order. */
  get pages(): number[] {
    const root = [...this.objects.values()].find(({ dict }) => dict.includes('/Type /Pages'))!;
    const kidsOf = ({ dict }: Obj): number[] => references(/\/Kids ?\[([^\]]*)\]/.exec(dict)![1]!);
    return kidsOf(root).flatMap((node) => kidsOf(this.objects.get(node)!));
  }

  /** Texts in the order in which they are painted. */
  textsOf(page: number): PlacedText[] {
    const { dict } = this.objects.get(page)!;
    const content = this.objects.get(references(/\/Contents (\d+ 0 R)/.exec(dict)![1]!)[0]!)!;
    return this.read(content.stream, dict, { x: 0, y: 0 });
  }

  /** The page's lines from top to bottom, the texts of a line from left to right with tabs between. */
  linesOf(page: number): string[] {
    const lines = new Map<number, PlacedText[]>();
    for (const placed of this.textsOf(page)) {
      const y = Math.round(placed.y);
      lines.set(y, [...(lines.get(y) ?? []), placed]);
    }
    const fromTop = [...lines.entries()].sort(([a], [b]) => b - a);
    return fromTop.map(([, texts]) =>
      texts
        .sort((a, b) => a.x - b.x)
        .map(({ text }) => text)
        .join('\t'),
    );
  }

  /** The links of a page that lead to places of the document. */
  linksOf(page: number): PlacedLink[] {
    const reference = /\/Annots (\d+ 0 R)/.exec(this.objects.get(page)!.dict);
    if (!reference) return [];
    const annotations = this.objects.get(references(reference[1]!)[0]!)!.dict;
    return [...annotations.matchAll(LINK)].map((match) => {
      const [left, bottom, right, top, target, toY] = match.slice(1).map(Number) as Six;
      return { left, bottom, right, top, toPage: this.pages.indexOf(target) + 1, toY };
    });
  }

  /** The decoded objects that contain this text in their dictionary. */
  find(text: string): Obj[] {
    return [...this.objects.values()].filter(({ dict }) => dict.includes(text));
  }

  private objectAt(offset: number, id: number): Obj {
    const at = this.file.slice(offset, offset + 20);
    if (!at.startsWith(`${id} 0 obj\n`)) throw new Error(`object ${id} is not where the xref table says`);
    const end = this.file.indexOf('endobj', offset);
    const body = this.file.slice(this.file.indexOf('\n', offset) + 1, end);
    const streamStart = /\nstream\n/.exec(body);
    if (!streamStart) return { dict: body, stream: '' };
    const dict = body.slice(0, streamStart.index);
    const from = this.file.indexOf('\nstream\n', offset) + 8;
    const raw = this.file.slice(from, from + Number(/\/Length (\d+)/.exec(dict)![1]));
    const isDeflated = dict.includes('/FlateDecode');
    return { dict, stream: isDeflated ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw };
  }

  private read(content: string, resources: string, origin: { x: number; y: number }): PlacedText[] {
    const fonts = this.fontsOf(resources);
    const texts: PlacedText[] = [];
    const operands: string[] = [];
    let [x, y] = [0, 0];
    let shift = { ...origin };
    let font = '';
    let size = 0;
    let pen = 0;
    let actual: string | undefined;
    let isContinued = false;
    for (const [token] of content.matchAll(TOKEN)) {
      if (!/^[A-Za-z*]+$/.test(token)) {
        operands.push(token);
        continue;
      }
      const number = (fromEnd: number): number => Number(operands.at(-fromEnd));
      if (token === 'q') shift = { ...origin };
      if (token === 'cm') shift = { x: origin.x + number(2), y: origin.y + number(1) };
      if (token === 'BT') [x, y] = [0, 0];
      if (token === 'Tf') [font, size] = [operands.at(-2)!.slice(1), number(1)];
      if (token === 'Td') [x, y, pen, isContinued] = [x + number(2), y + number(1), 0, false];
      if (token === 'BDC') actual = utf16(/ActualText<feff([0-9a-f]*)>/.exec(operands.join(''))![1]!);
      if (token === 'EMC') actual = undefined;
      if (token === 'TJ') {
        for (const operand of operands) {
          if (!operand.startsWith('(')) {
            pen -= (Number(operand) * size) / 1000;
            isContinued = false;
            continue;
          }
          const { text, width } = decode(operand, fonts.get(font)!);
          if (isContinued) texts.at(-1)!.text += actual ?? text;
          else texts.push({ x: origin.x + x + pen, y: origin.y + y, text: actual ?? text });
          pen += (width * size) / 1000;
          isContinued = true;
        }
      }
      if (token === 'Do') texts.push(...this.readForm(operands.at(-1)!.slice(1), resources, shift));
      operands.length = 0;
    }
    return texts;
  }

  private readForm(name: string, resources: string, origin: { x: number; y: number }): PlacedText[] {
    const reference = new RegExp(`/${name} (\\d+) 0 R`).exec(resources)![1]!;
    const form = this.objects.get(Number(reference))!;
    return this.read(form.stream, form.dict, origin);
  }

  private fontsOf(resources: string): Map<string, ReadableFont> {
    const dictionary = this.objects.get(Number(/\/Font (\d+) 0 R/.exec(resources)![1]))!;
    const fonts = [...dictionary.dict.matchAll(/\/(F\d+) (\d+) 0 R/g)];
    return new Map(fonts.map(([, name, id]) => [name!, this.fontOf(this.objects.get(Number(id))!.dict)]));
  }

  /** What each code stands for, and how wide it is in thousandths of the size. */
  private fontOf(font: string): ReadableFont {
    const referred = (entry: RegExp): Obj => this.objects.get(Number(entry.exec(font)![1]))!;
    const descendant = referred(/\/DescendantFonts\[(\d+) 0 R/).dict;
    const widths = /\/W\[0\[([^\]]*)/.exec(descendant)![1]!.split(' ').map(Number);
    const glyphs = new Map<number, number>();
    for (const [, code, glyph] of referred(/\/Encoding (\d+) 0 R/).stream.matchAll(/^<([0-9a-f]+)> (\d+)$/gm))
      glyphs.set(parseInt(code!, 16), Number(glyph));
    const characters: ReadableFont = new Map();
    for (const [, hex, text] of referred(/\/ToUnicode (\d+) 0 R/).stream.matchAll(/^<([0-9a-f]+)> <([0-9a-f]+)>$/gm)) {
      const code = parseInt(hex!, 16);
      if (glyphs.has(code)) characters.set(code, { text: utf16(text!), width: widths[glyphs.get(code)!]! });
    }
    return characters;
  }
}

/** Characters and widths by code. */
type ReadableFont = Map<number, { text: string; width: number }>;

type Six = [number, number, number, number, number, number];

const LINK =
  /\/Subtype\/Link\b.*?\/Rect\[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]\/Dest\[(\d+) 0 R \/XYZ null ([\d.]+) null\]/g;

const TOKEN = /\((?:\\[\s\S]|[^\\)])*\)|<<[\s\S]*?>>|<[0-9a-f]*>|[^\s()<>[\]]+/g;

const references = (text: string): number[] => [...text.matchAll(/(\d+) 0 R/g)].map((match) => Number(match[1]));

const utf16 = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');

/** A literal string of codes of one byte, or of two from a0 on. */
function decode(literal: string, font: ReadableFont): { text: string; width: number } {
  const bytes = literal.slice(1, -1).replace(/\\([\s\S])/g, (_, escaped: string) => (escaped === 'r' ? '\r' : escaped));
  let text = '';
  let width = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    let code = bytes.charCodeAt(index);
    if (code >= 0xa0) code = code * 256 + bytes.charCodeAt((index += 1));
    const character = font.get(code);
    text += character?.text ?? '\ufffd';
    width += character?.width ?? 0;
  }
  return { text, width };
}
