/** Lays out tables of sales for the specs of what tables do with rows. */
import { bind } from '../../bind/bind';
import type { Row } from '../../bind/read-rows';
import { compile } from '../../definition/compile';
import { paginate } from '../../layout/paginate';
import { Warnings } from '../../model/faults';
import type { Page, PageItem, TextRun } from '../../model/page';
import { lateItemsOf } from '../element.contract';

export const margins = { top: 56, bottom: 56 };

const definition = (table: object, height: number): object => ({
  pressroom: 1,
  name: 'sales',
  locale: 'en',
  page: { size: [400, height], margins: [margins.top, 40, margins.bottom, 40] },
  data: { sales: { fields: { id: 'string', region: 'string', rep: 'string', note: 'string', net: 'decimal' } } },
  body: [
    {
      type: 'table',
      data: 'sales',
      columns: [
        { field: 'id', width: 60 },
        { field: 'note' },
        { field: 'net', format: 'decimal2', total: 'sum' },
        { header: 'Balance', running: { sum: 'net' }, format: 'decimal2' },
      ],
      totals: { label: 'Grand total' },
      ...table,
    },
  ],
});

export const groupBy = [
  { field: 'region', header: 'Region ${group.key}', footer: 'End of ${group.key}' },
  { field: 'rep', header: 'Rep ${group.key}', footer: 'Subtotal of ${group.key}', keepWithRows: 3 },
];

export async function pagesOf(
  table: object,
  rows: readonly Row[],
  height = 400,
  warnings = new Warnings(),
): Promise<Page[]> {
  const report = compile(definition(table, height));
  const data = {
    sales: (async function* () {
      await Promise.resolve();
      yield { rows };
    })(),
  };
  const bound = bind({
    report,
    parameters: {},
    data,
    asOf: new Date(0),
    warnings: new Warnings(),
    admit: () => undefined,
  });
  const pages: Page[] = [];
  for await (const page of paginate(bound, { maxPages: 1000 }, warnings)) pages.push(page);
  return pages;
}

/** The texts of a page's lines below the titles, from top to bottom; those of a line with tabs between. */
export function linesOf(page: Page): string[] {
  const lines = new Map<number, TextRun[]>();
  for (const item of page.items.flatMap(textsOf)) {
    const y = Math.round(item.y * 10);
    lines.set(y, [...(lines.get(y) ?? []), item]);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([, texts]) =>
      texts
        .sort((a, b) => a.x - b.x)
        .map(({ text }) => text)
        .join('\t'),
    );
}

export function textsOf(item: PageItem): TextRun[] {
  if (item.kind === 'text') return [item];
  if (item.kind !== 'late') return [];
  const texts = lateItemsOf(item.marks).flatMap(textsOf);
  return texts.map((text) => ({ ...text, x: item.x + text.x, y: item.y + text.y }));
}

export const row = (id: number, region: string, rep: string, net = '1', note = ''): Row => ({
  id: `№${id}`,
  region,
  rep,
  note,
  net,
});
export const rowsOf = (count: number, region = 'East', rep = 'Ann'): Row[] =>
  Array.from({ length: count }, (_, index) => row(index + 1, region, rep));
