/** Faces of the built-in font: opened once per process, with tables that turn characters into glyphs and widths. */
import { openSync } from 'fontkit';
import type { Font } from 'fontkit';
import { codeUnitAt } from '../model/code-unit';
import type { FontWeight, TextStyle } from '../model/page';
import { isPlain } from './clean';

const files: Readonly<Record<FontWeight, string>> = {
  400: '400Regular/Inter_400Regular.ttf',
  500: '500Medium/Inter_500Medium.ttf',
  600: '600SemiBold/Inter_600SemiBold.ttf',
  700: '700Bold/Inter_700Bold.ttf',
};

/** Drawn in place of a character that the font has not. */
const WHITE_SQUARE = 0x25a1;

/** Characters below are looked up in arrays, which is most of the time of laying out a table. */
const TABLE_SIZE = 0x2600;

const SPACES = /^\p{Zs}$/u;

/** What only matters between characters. Reading its tables would take a tenth of the start of a process. */
const BETWEEN_CHARACTERS = {
  kern: false,
  mark: false,
  mkmk: false,
  calt: false,
  clig: false,
  liga: false,
  rclt: false,
  rlig: false,
};

/** One face with proportional or with tabular figures. Advances are in ems. */
export class Face {
  private readonly advances = new Float64Array(TABLE_SIZE).fill(NaN);
  private readonly glyphs = new Uint16Array(TABLE_SIZE);
  /** The advances of those characters that are drawn as they are. */
  private readonly plain = new Float64Array(TABLE_SIZE).fill(NaN);
  private readonly others = new Map<number, { glyph: number; advance: number }>();
  readonly capHeight: number;

  constructor(
    readonly font: Font,
    readonly weight: FontWeight,
    private readonly features: Readonly<Record<string, boolean>>,
  ) {
    this.capHeight = font.capHeight / font.unitsPerEm;
  }

  /** Width in ems of a text that needs no cleaning and of which all characters were met before, else NaN. */
  knownWidthOf(text: string): number {
    const { length } = text;
    let width = 0;
    for (let index = 0; index < length; index += 1) width += this.plain[codeUnitAt(text, index)]!;
    return width;
  }

  /** A character without a glyph is as wide as the square that stands for it. */
  advanceOf(codePoint: number): number {
    if (codePoint >= TABLE_SIZE) return this.otherOf(codePoint).advance;
    const known = this.advances[codePoint]!;
    return known === known ? known : this.fill(codePoint).advance;
  }

  /** 0 for a character that the font has not. */
  glyphOf(codePoint: number): number {
    if (codePoint >= TABLE_SIZE) return this.otherOf(codePoint).glyph;
    const advance = this.advances[codePoint]!;
    return advance === advance ? this.glyphs[codePoint]! : this.fill(codePoint).glyph;
  }

  /** The glyph that is drawn for a character without one. */
  get substitute(): number {
    return this.glyphOf(WHITE_SQUARE);
  }

  private fill(codePoint: number): { glyph: number; advance: number } {
    const entry = this.lookUp(codePoint);
    this.advances[codePoint] = entry.advance;
    this.glyphs[codePoint] = entry.glyph;
    if (isPlain(String.fromCodePoint(codePoint))) this.plain[codePoint] = entry.advance;
    return entry;
  }

  private otherOf(codePoint: number): { glyph: number; advance: number } {
    let entry = this.others.get(codePoint);
    if (!entry) {
      entry = this.lookUp(codePoint);
      this.others.set(codePoint, entry);
    }
    return entry;
  }

  private lookUp(codePoint: number): { glyph: number; advance: number } {
    const character = String.fromCodePoint(codePoint);
    if (this.font.hasGlyphForCodePoint(codePoint)) {
      const glyph = this.font.layout(character, this.features).glyphs[0]!;
      return { glyph: glyph.id, advance: glyph.advanceWidth / this.font.unitsPerEm };
    }
    const substitute = this.font.glyphForCodePoint(SPACES.test(character) ? 0x20 : WHITE_SQUARE);
    return {
      glyph: SPACES.test(character) ? substitute.id : 0,
      advance: substitute.advanceWidth / this.font.unitsPerEm,
    };
  }
}

const fonts = new Map<FontWeight, Font>();
const faces = { proportional: new Map<FontWeight, Face>(), tabular: new Map<FontWeight, Face>() };

/** The face that a style asks for. */
export function faceOf(style: Pick<TextStyle, 'weight' | 'tabular'>): Face {
  const known = style.tabular ? faces.tabular : faces.proportional;
  let face = known.get(style.weight);
  if (!face) {
    face = new Face(openFont(style.weight), style.weight, {
      ...BETWEEN_CHARACTERS,
      ...(style.tabular && { tnum: true }),
    });
    known.set(style.weight, face);
  }
  return face;
}

function openFont(weight: FontWeight): Font {
  let font = fonts.get(weight);
  if (!font) {
    font = openSync(require.resolve(`@expo-google-fonts/inter/${files[weight]}`));
    fonts.set(weight, font);
  }
  return font;
}
