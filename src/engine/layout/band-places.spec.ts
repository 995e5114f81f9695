import type { Alignment, TextPart } from '../model/page';
import type { Paragraph } from '../text/paragraph';
import type { BandPlace } from './band-places';
import { bandPlaces as placesOf } from './band-places';

const style = { weight: 400, size: 7.5, color: '#000000', tabular: false } as const;
const text = (align: Alignment, ...parts: TextPart[]): Paragraph => ({ parts, style, align, leading: 1.5, before: 0 });
const WIDTH = 500;
const bandPlaces = (texts: readonly Paragraph[], width: number): readonly (BandPlace | undefined)[] =>
  placesOf(
    texts.map((each) => [each]),
    width,
  );

describe('bandPlaces', () => {
  it('leaves all of the width to texts that do not touch', () => {
    const places = bandPlaces([text('start', 'left'), text('center', 'middle'), text('end', 'right')], WIDTH);
    expect(places).toEqual(Array(3).fill({ x: 0, width: WIDTH }));
  });

  it.each<[string, Paragraph[]]>([
    ['two', [text('start', 'a'.repeat(100)), text('end', 'b'.repeat(100))]],
    ['three', [text('start', 'a'.repeat(150)), text('center', 'b '.repeat(80)), text('end', 'c'.repeat(40))]],
    ['a centred one beside another', [text('center', 'b'.repeat(70)), text('start', 'a'.repeat(60))]],
  ])('keeps %s apart within the band', (_, texts) => {
    const places = bandPlaces(texts, WIDTH)
      .map((place) => place!)
      .sort((a, b) => a.x - b.x);
    expect(places[0]!.x).toBeGreaterThanOrEqual(0);
    for (const [index, place] of places.entries()) {
      expect(place.width).toBeGreaterThan(100);
      expect(place.x + place.width).toBeLessThanOrEqual((places[index + 1]?.x ?? WIDTH + 12) - 12 + 1e-6);
    }
  });

  it('gives texts of one alignment the place of the widest', () => {
    const [left, right] = placesOf([[text('start', 'a'), text('start', 'a'.repeat(300))], [text('end', 'b')]], WIDTH);
    expect([left!.x, right!.x + right!.width]).toEqual([0, WIDTH]);
    expect(left!.width).toBeCloseTo(right!.x - 12);
    expect(placesOf([[text('start', 'a'), text('start', 'b')], [text('end', 'b')]], WIDTH)[0]!.width).toBe(WIDTH);
  });

  it('gives the number of pages what it needs', () => {
    const pages = text('end', 'Page 12 of ', { late: 'page.total' });
    const [alone] = bandPlaces([pages, text('start', 'x')], WIDTH);
    expect(alone!.width).toBe(WIDTH);
    const places = bandPlaces([text('start', 'a'.repeat(300)), text('center', 'b '.repeat(90)), pages], WIDTH);
    expect(places[2]!.width).toBeGreaterThan(40);
    expect(places[2]!.x + places[2]!.width).toBe(WIDTH);
    expect(places[0]!.width).toBeCloseTo(places[1]!.width);
  });

  it('has no place for what would have next to nothing, but for a short text', () => {
    const pages = text('center', 'p'.repeat(96), { late: 'page.total' });
    const [left, , right] = bandPlaces([text('start', 'a'.repeat(30)), pages, text('end', '1')], WIDTH);
    expect(left).toBeUndefined();
    expect(right?.width).toBeGreaterThan(0);
  });
});
