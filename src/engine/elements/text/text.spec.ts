import type { PageItem, TextStyle } from '../../model/page';
import { breakLines } from '../../text/break-lines';
import type { Paragraph } from '../../text/paragraph';
import { boxesOf, fulfilsElementContract, lateItemsOf, placeAll, placeContext } from '../element.contract';
import { text } from './text';

const style: TextStyle = { weight: 400, size: 9.5, color: '#334155', tabular: false };
const words = Array.from({ length: 300 }, (_, index) => `word${index}`).join(' ');
const paragraph = (parts: Paragraph['parts'], align: Paragraph['align'] = 'start'): Paragraph => {
  return { parts, style, align, leading: 1.5, before: 6 };
};

fulfilsElementContract({
  element: text,
  spec: { text: 'x', align: 'end', size: 9, color: 'accent', bold: true },
  content: paragraph([words]),
  texts: breakLines(words, style, 300),
});

describe('text', () => {
  const lines = (count: number): Paragraph =>
    paragraph([Array.from({ length: count }, (_, index) => `${index}`).join('\n')]);
  const pitch = 9.5 * 1.5;

  it('leaves no single line on either side of a page break', () => {
    const region = { x: 0, y: 0, width: 300, height: 3 * pitch + 6, isFresh: false };
    const { items, rest } = text.place(lines(4), region, placeContext());
    expect(items).toHaveLength(2);
    expect(rest?.parts).toEqual(['2\n3']);
    const tight = { ...region, height: pitch + 6 };
    expect(text.place(lines(4), tight, placeContext()).items).toHaveLength(0);
  });

  it('aligns its lines', () => {
    const xs = (align: Paragraph['align']): number[] =>
      placeAll(text, paragraph(['x'], align), [200])[0]!.items.map((item) => (item.kind === 'text' ? item.x : NaN));
    expect(xs('start')).toEqual([48]);
    expect(xs('center')[0]).toBeCloseTo(48 + 150 - 2.6, 0);
    expect(xs('end')[0]).toBeGreaterThan(340);
  });

  describe('that says on which page it stands', () => {
    const number = { late: 'page.number' as const };
    const total = { late: 'page.total' as const };
    const region = { x: 50, y: 0, width: 100, height: 200, isFresh: true };

    /** The lines of a placement in a document of that many pages; a late line in parentheses. */
    const linesOf = (items: readonly PageItem[], pages: number): string[] =>
      items.flatMap((item) => {
        if (item.kind === 'text') return [item.text];
        return item.kind === 'late'
          ? lateItemsOf(item.marks, pages).map((each) => (each.kind === 'text' ? `(${each.text})` : ''))
          : [];
      });

    it('knows its number at once and the total late', () => {
      const context = { ...placeContext(), pageNumber: 12 };
      const place = (...parts: Paragraph['parts']): string[] =>
        linesOf(text.place(paragraph(parts), region, context).items, 34);
      expect(place('Page ', number)).toEqual(['Page 12']);
      expect(place('Page ', number, ' of ', total, '.')).toEqual(['(Page 12 of 34.)']);
    });

    it('breaks like any other, as if the total had five digits', () => {
      const parts = ['This report has ', total, ' pages, of which this is number ', number, ' of ', total, ' in all.'];
      const { items, rest } = text.place(paragraph(parts), region, placeContext());
      expect(rest).toBeUndefined();
      expect(linesOf(items, 7)).toEqual([
        'This report has',
        '(7 pages, of)',
        'which this is number 1',
        '(of 7 in all.)',
      ]);
      for (const pages of [1, 99_999, 12_345_678]) {
        for (const box of items.flatMap((item) => boxesOf(item, 0, 0, pages))) {
          expect(box.left).toBeGreaterThanOrEqual(50);
          expect(box.right).toBeLessThanOrEqual(150.01);
        }
      }
    });

    it('says what is true where its rest goes on', () => {
      const parts = ['one\ntwo on ', number, '\nthree on ', number, ' of ', total, '\nfour\nfive'];
      const { items, rest } = text.place(paragraph(parts), { ...region, height: 2 * pitch }, placeContext());
      expect(linesOf(items, 9)).toEqual(['one', 'two on 1']);
      expect(rest?.parts).toEqual(['three on ', number, ' of ', total, '\nfour\nfive']);
      const next = text.place(rest!, region, { ...placeContext(), pageNumber: 2 });
      expect(linesOf(next.items, 9)).toEqual(['(three on 2 of 9)', 'four', 'five']);
    });

    it('aligns its line when the total is known', () => {
      const { items } = text.place(paragraph(['of ', total], 'end'), region, placeContext());
      for (const pages of [1, 5000]) {
        expect(items.flatMap((item) => boxesOf(item, 0, 0, pages))[0]!.right).toBeCloseTo(150);
      }
    });
  });
});
