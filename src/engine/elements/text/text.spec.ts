import type { TextStyle } from '../../model/page';
import { breakLines } from '../../text/break-lines';
import type { Paragraph } from '../../text/paragraph';
import { fulfilsElementContract, placeAll, placeContext } from '../element.contract';
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

  it('is one line where it holds a late value', () => {
    const parts = ['Page 1 of ', { late: 'page.total' as const }];
    expect(
      text.place(paragraph(parts, 'end'), { x: 0, y: 0, width: 100, height: 50, isFresh: true }, placeContext()).items,
    ).toMatchObject([{ kind: 'late', x: 0, width: 100, align: 'end', parts }]);
  });
});
