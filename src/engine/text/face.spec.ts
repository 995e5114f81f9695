import { faceOf } from './face';

describe('faceOf', () => {
  it.each([
    { weight: 400, tabular: false, features: [] },
    { weight: 600, tabular: true, features: ['tnum'] },
  ] as const)('draws each character of weight $weight as full shaping does', ({ features, ...style }) => {
    const face = faceOf(style);
    const { font } = face;
    const known = Array.from({ length: 0x2600 }, (_, index) => index).filter((each) => font.hasGlyphForCodePoint(each));
    expect(known.length).toBeGreaterThan(1000);
    const shaped = known.map((codePoint) => {
      const glyph = font.layout(String.fromCodePoint(codePoint), features).glyphs[0]!;
      return [codePoint, glyph.id, glyph.advanceWidth / font.unitsPerEm];
    });
    expect(known.map((each) => [each, face.glyphOf(each), face.advanceOf(each)])).toEqual(shaped);
  });
});
