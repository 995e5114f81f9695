import { colors, tightLineHeight } from '../../model/theme';
import type { TextStyle } from '../../model/page';
import { breakLines } from '../../text/break-lines';
import { fulfilsElementContract, placeAll, placeContext } from '../element.contract';
import { heading } from './heading';

const style: TextStyle = { weight: 600, size: 18, color: colors.ink, tabular: false };
const title = 'A heading of very many words that take a lot of lines '.repeat(12).trim();
const content = (text: string): Parameters<typeof heading.place>[0] => {
  return {
    paragraph: { parts: [text], style, align: 'start', leading: tightLineHeight, before: 16 },
    level: 1,
    title: [text],
  };
};

fulfilsElementContract({
  element: heading,
  spec: { text: 'x', level: 2 },
  content: content(title),
  texts: breakLines(title, style, 300),
});

describe('heading', () => {
  it('is bookmarked once, where it begins', () => {
    const placed = placeAll(heading, content(title), [200]);
    expect(placed.length).toBeGreaterThan(1);
    const marks = placed.map(({ items }) => items.filter((item) => item.kind === 'outline').length);
    expect(marks).toEqual([1, ...placed.slice(1).map(() => 0)]);
  });

  it('says in its bookmark too on which page it stands', () => {
    const title = ['Page ', { late: 'page.number' as const }, ' of ', { late: 'page.total' as const }];
    const given = { ...content(''), title, paragraph: { ...content('').paragraph, parts: title } };
    const region = { x: 0, y: 0, width: 300, height: 200, isFresh: true };
    const { items } = heading.place(given, region, { ...placeContext(), pageNumber: 3 });
    expect(items).toMatchObject([
      { kind: 'outline', title: ['Page ', '3', ' of ', { late: 'page.total' }] },
      { kind: 'late' },
    ]);
  });

  it('asks to stay with what follows', () => {
    const region = { x: 0, y: 0, width: 300, height: 200, isFresh: true };
    expect(heading.place(content('x'), region, placeContext()).keepWithNext).toBe(true);
  });
});
