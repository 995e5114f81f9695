import type { Element } from '../model/element';
import { RenderError, Warnings } from '../model/faults';
import type { Page, PageItem } from '../model/page';
import type { BoundReport, Piece } from '../model/report';
import { paginate } from './paginate';

interface Block {
  readonly name: string;
  readonly height: number;
  readonly keepWithNext?: boolean;
  readonly leadsOver?: boolean;
  readonly takesIntroduction?: boolean;
  /** Takes all of a fresh region and is done, however high it is. */
  readonly isDivisible?: boolean;
}

const item = (name: string, y: number): PageItem => ({
  kind: 'text',
  x: 0,
  y,
  text: name,
  style: { weight: 400, size: 10, color: '#000000', tabular: false },
});

/** Takes its height or nothing. */
const block: Element<never, never, Block> = {
  type: 'block',
  schema: { properties: {} },
  compile: () => undefined as never,
  bind: () => [],
  place(content, region) {
    const height = content.isDivisible && region.isFresh ? Math.min(content.height, region.height) : content.height;
    if (height > region.height) {
      return { items: [], height: 0, rest: content, takesIntroduction: content.takesIntroduction ?? false };
    }
    const { name, keepWithNext = false, leadsOver = false } = content;
    return { items: [item(name, region.y)], height, keepWithNext, leadsOver };
  },
};

const report = (blocks: readonly Block[], band: readonly Block[] = []): BoundReport => {
  const pieces = (contents: readonly Block[]): Piece[] => contents.map((content) => ({ element: block, content }));
  return {
    title: () => '',
    locale: 'en',
    theme: { accent: '#000000' },
    page: { width: 200, height: 200, margins: { top: 50, right: 50, bottom: 50, left: 50 } },
    body: (async function* () {
      yield* pieces(blocks);
      await Promise.resolve();
    })(),
    header: (number) => pieces(band.map((each) => ({ ...each, name: `${each.name} ${number}` }))),
    footer: () => [],
  };
};

async function pagesOf(bound: BoundReport, maxPages = 100, warnings = new Warnings()): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of paginate(bound, { maxPages }, warnings)) pages.push(page);
  return pages;
}

const names = (pages: readonly Page[]): string[][] =>
  pages.map(({ items }) => items.flatMap((each) => (each.kind === 'text' ? [each.text] : [])));

const blocks = (...heights: readonly number[]): Block[] =>
  heights.map((height, index) => ({ name: `b${index}`, height }));

describe('paginate', () => {
  it('opens a page where something has no room', async () => {
    const pages = await pagesOf(report(blocks(60, 40, 1, 100)));
    expect(names(pages)).toEqual([['b0', 'b1'], ['b2'], ['b3']]);
    expect(pages.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('makes one page of nothing', async () => {
    expect(names(await pagesOf(report([])))).toEqual([[]]);
  });

  it('moves all that is kept with the next', async () => {
    const kept = [
      { name: 'a', height: 40 },
      { name: 'h1', height: 20, keepWithNext: true },
      { name: 'h2', height: 20, keepWithNext: true },
      { name: 'b', height: 30 },
    ];
    expect(names(await pagesOf(report(kept)))).toEqual([['a'], ['h1', 'h2', 'b']]);
  });

  it('moves a short text between a heading and what asks for it', async () => {
    const blocksOf = (height: number, takesIntroduction: boolean, leadsOver = true): Block[] => [
      { name: 'a', height: 30 },
      { name: 'h', height: 5, keepWithNext: true },
      { name: 'text', height, leadsOver },
      { name: 'table', height: 45, takesIntroduction },
    ];
    expect(names(await pagesOf(report(blocksOf(25, true))))).toEqual([['a'], ['h', 'text', 'table']]);
    expect(names(await pagesOf(report(blocksOf(25, false))))).toEqual([['a', 'h', 'text'], ['table']]);
    expect(names(await pagesOf(report(blocksOf(61, true))))).toEqual([['a', 'h', 'text'], ['table']]);
    expect(names(await pagesOf(report(blocksOf(25, true, false))))).toEqual([['a', 'h', 'text'], ['table']]);
  });

  it('moves a heading along with what would take an introduction, and has none', async () => {
    const directly = [
      { name: 'a', height: 60 },
      { name: 'h', height: 10, keepWithNext: true },
      { name: 'table', height: 45, takesIntroduction: true },
    ];
    expect(names(await pagesOf(report(directly)))).toEqual([['a'], ['h', 'table']]);
  });

  it('begins what is higher than a page under its heading', async () => {
    const tall = [
      { name: 'a', height: 200 },
      { name: 'h', height: 20, keepWithNext: true },
      { name: 'tall', height: 900, isDivisible: true },
    ];
    const page = { width: 200, height: 500, margins: { top: 50, right: 50, bottom: 50, left: 50 } };
    expect(names(await pagesOf({ ...report(tall), page }))).toEqual([['a'], ['h', 'tall']]);
  });

  it('parts what cannot be kept together on any page', async () => {
    const kept = [
      { name: 'h', height: 30, keepWithNext: true },
      { name: 'b', height: 90 },
    ];
    expect(names(await pagesOf(report(kept)))).toEqual([['h'], ['b']]);
  });

  it('puts the header of its own number on each page, above the body', async () => {
    const pages = await pagesOf(report(blocks(90, 90), [{ name: 'head', height: 10 }]));
    expect(names(pages)).toEqual([
      ['head 1', 'b0'],
      ['head 2', 'b1'],
    ]);
    const head = pages[0]!.items.find((each) => each.kind === 'text');
    expect(head?.y).toBeLessThan(50);
  });

  it('warns of a header that is cut', async () => {
    const warnings = new Warnings();
    await pagesOf(report(blocks(10), [{ name: 'head', height: 49 }]), 100, warnings);
    expect(warnings.list()).toMatchObject([{ code: 'band_cut', count: 1 }]);
  });

  it('stops at the allowed number of pages', async () => {
    await expect(pagesOf(report(blocks(90, 90)), 2)).resolves.toHaveLength(2);
    await expect(pagesOf(report(blocks(90, 90, 90)), 2)).rejects.toMatchObject({ code: 'output_too_large' });
  });

  it('does not go on for ever with what fits on no page', async () => {
    const failing = pagesOf(report(blocks(10, 101)));
    await expect(failing).rejects.toBeInstanceOf(RenderError);
    await expect(failing).rejects.toMatchObject({ code: 'template_error' });
  });
});
