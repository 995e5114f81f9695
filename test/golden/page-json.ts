import type { FinishedDocument, Link, Page, PageItem, TextStyle } from '../../src/engine/model/page';
import { filled } from '../../src/engine/text/late-line';

/** A page as lines that a reviewer can read and a diff can show: kind, place, and what is there. */
export function pageJson(page: Page, document: FinishedDocument): object {
  return {
    number: page.number,
    size: `${rounded(page.width)} × ${rounded(page.height)}`,
    items: page.items.flatMap((item) => describe(item, document)),
  };
}

/** The document of these pages, as late marks see it. */
export function documentOf(pages: readonly Page[]): FinishedDocument {
  const marks = pages.flatMap(({ number, items }) =>
    items.flatMap((item) => (item.kind === 'outline' ? [{ ...item, page: number }] : [])),
  );
  return { pages: pages.length, marks };
}

function describe(item: PageItem | Link, document: FinishedDocument): string[] {
  switch (item.kind) {
    case 'text':
      return [`text ${at(item.x, item.y)} ${look(item.style)} ${JSON.stringify(item.text)}`];
    case 'late':
      return [
        `late ${at(item.x, item.y)} ${rounded(item.marks.width)} × ${rounded(item.marks.height)}`,
        ...item.marks
          .resolve(document)!
          .flatMap((mark) => describe(mark, document))
          .map((line) => `  ${line}`),
      ];
    case 'path':
      return item.rectangles.map(
        ({ x, y, width, height }) => `fill ${at(x, y)} ${rounded(width)} × ${rounded(height)} ${item.fill}`,
      );
    case 'group':
      return [
        `group ${at(item.x, item.y)}`,
        ...item.marks.items.flatMap((mark) => describe(mark, document)).map((line) => `  ${line}`),
      ];
    case 'link':
      return [`link ${at(item.x, item.y)} ${rounded(item.width)} × ${rounded(item.height)} to page ${item.to.page}`];
    case 'outline':
      return [`bookmark ${rounded(item.y)} level ${item.level} ${JSON.stringify(filled(item.title, document))}`];
  }
}

const at = (x: number, y: number): string => `${rounded(x)},${rounded(y)}`;

const look = ({ size, weight, color, tabular }: TextStyle): string =>
  `${size}/${weight} ${color}${tabular ? ' tabular' : ''}`;

const rounded = (value: number): number => Math.round(value * 10) / 10;
