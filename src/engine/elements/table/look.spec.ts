import { placeContext } from '../element.contract';
import type { PageItem, TextRun } from '../../model/page';
import { colors } from '../../model/theme';
import { table } from './table';
import type { FrameColumn, RowLine, TableFrame } from './table-content';

const column = (title: string, changes: Partial<FrameColumn> = {}): FrameColumn => {
  return {
    title,
    span: '',
    width: { share: 1 },
    sample: [],
    align: 'start',
    looks: [],
    isShortened: false,
    isBold: false,
    hasFigures: false,
    hasTotal: false,
    ...changes,
  };
};

const frameOf = (columns: readonly FrameColumn[]): TableFrame => {
  return {
    data: 'd',
    columns,
    hasZebra: true,
    density: 'regular',
    hasGroups: false,
    splitsRows: false,
    pageTotals: undefined,
    carry: undefined,
    printAmounts: () => [],
    empty: '',
  };
};

const row = (cells: readonly string[], looks?: readonly number[]): RowLine => {
  return { kind: 'row', cells, isTinted: false, keepsWithNext: false, openGroups: [], ...(looks && { looks }) };
};

function place(frame: TableFrame, lines: readonly RowLine[], width = 300): PageItem[] {
  const region = { x: 0, y: 0, width, height: 200, isFresh: true };
  return [...table.place({ frame, lines, isStart: true, isEnd: true }, region, placeContext()).items];
}

const texts = (items: readonly PageItem[]): TextRun[] => items.filter((item) => item.kind === 'text');

describe('columns', () => {
  it('are fitted to the widest of their titles and samples, and have room for their sum', () => {
    const startOfSecond = (changes: Partial<FrameColumn>): number => {
      const frame = frameOf([column('A', { width: 'auto', sample: ['x', 'wide content'], ...changes }), column('B')]);
      return texts(place(frame, [row(['x', 'y'])])).find(({ text }) => text === 'y')!.x;
    };
    const fitted = startOfSecond({});
    expect(fitted).toBeGreaterThan(startOfSecond({ sample: ['x'] }));
    expect(startOfSecond({ title: 'A title that is wider than the content' })).toBeGreaterThan(fitted);
    expect(startOfSecond({ hasFigures: true, hasTotal: true })).toBeGreaterThan(fitted);
    expect(startOfSecond({ sample: ['x'.repeat(500)] })).toBeLessThanOrEqual(300);
  });

  it('stand under the title that they share', () => {
    const frame = frameOf([column('A'), column('B', { span: 'Both' }), column('C', { span: 'Both' }), column('D')]);
    const header = place(frame, [row(['1', '2', '3', '4'])], 400).find((item) => item.kind === 'group')!;
    const titles = header.marks.items.filter((item) => item.kind === 'text');
    expect(titles.map(({ text }) => text)).toEqual(['Both', 'A', 'B', 'C', 'D']);
    const [both] = titles;
    expect(both!.y).toBeLessThan(titles[1]!.y);
    const rule = header.marks.items.flatMap((item) => (item.kind === 'path' ? item.rectangles : [])).at(-1);
    expect(rule).toMatchObject({ x: 106, width: 188 });
  });

  it('stand under a long one in two lines, which is shortened beyond that', () => {
    const titlesOf = (span: string): readonly TextRun[] => {
      const frame = frameOf([column('A'), column('B', { span }), column('C')]);
      const header = place(frame, [row(['1', '2', '3'])]).find((item) => item.kind === 'group')!;
      return header.marks.items.filter((item) => item.kind === 'text');
    };
    expect(titlesOf('Units sold until the end of today').map(({ text }) => text)).toEqual([
      ...['Units sold until the', 'end of today'],
      ...['A', 'B', 'C'],
    ]);
    const [short] = titlesOf('Units');
    const [first, second, title] = titlesOf('Units sold in all of the regions until the end of today');
    expect(first!.y).toBeCloseTo(short!.y);
    expect(second!.y).toBeGreaterThan(first!.y);
    expect(second!.y).toBeLessThan(title!.y);
    expect(second!.text).toMatch(/…$/);
  });
});

describe('cells', () => {
  it('look as their condition says, each kind with one style', () => {
    const looks = [{ color: colors.bad, background: colors.badGround, isBold: true }];
    const frame = frameOf([column('A'), column('B', { looks })]);
    const items = place(frame, [row(['a', 'b'], [-1, 0]), row(['c', 'd']), row(['e', 'f'], [-1, 0])]);
    const style = (text: string): TextRun['style'] => texts(items).find((item) => item.text === text)!.style;
    expect(style('b')).toMatchObject({ color: colors.bad, weight: 600 });
    expect(style('b')).toBe(style('f'));
    expect(style('d')).toBe(style('a'));
    const grounds = items.filter((item) => item.kind === 'path' && item.fill === colors.badGround);
    expect(grounds).toMatchObject([
      {
        rectangles: [
          { x: 152, y: 24 },
          { x: 152, y: 62 },
        ],
      },
    ]);
  });

  it('have their ground above that of a tinted row, whichever came first', () => {
    const looks = [{ color: undefined, background: colors.badGround, isBold: undefined }];
    const frame = frameOf([column('A', { looks })]);
    const tinted = { ...row(['b'], [0]), isTinted: true };
    const fills = place(frame, [row(['a'], [0]), tinted]).flatMap((item) => (item.kind === 'path' ? [item.fill] : []));
    expect(fills.slice(0, 2)).toEqual([colors.zebra, colors.badGround]);
  });
});
