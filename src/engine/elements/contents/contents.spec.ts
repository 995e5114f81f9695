import { Writable } from 'node:stream';
import fc from 'fast-check';
import type { PlacedLink } from '../../../../test/golden/read-pdf';
import { PdfReader } from '../../../../test/golden/read-pdf';
import type { Row } from '../../index';
import { RenderError, compile, render } from '../../index';
import { fulfilsElementContract } from '../element.contract';
import { contents } from './contents';

const bookmarks = Array.from({ length: 40 }, (_, index) => ({
  level: [1, 2, 4, 5][index % 4]!,
  title: [`Title ${index}, `],
  page: 2 + index,
  y: 60,
}));

fulfilsElementContract({
  element: contents,
  spec: { levels: 2, groups: false },
  content: { plan: { levels: 3, hasGroups: true }, first: 0, count: 40 },
  texts: bookmarks.flatMap(({ title, page }) => [...title, String(page)]),
  bookmarks,
});

/** What a reader of the file sees of a table of contents. */
interface Entry {
  readonly title: string;
  readonly page: number;
}

async function read(definition: object, rows: readonly Row[] = []): Promise<PdfReader> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const source = async function* () {
    await Promise.resolve();
    yield { rows };
  };
  await render({
    report: compile({ pressroom: 1, name: 'book', page: { size: [400, 300], margins: 40 }, ...definition }),
    parameters: {},
    data: { sales: source() },
    asOf: new Date(0),
    limits: { maxRows: 100_000, maxPages: 10_000, maxBytes: 50_000_000 },
    output,
  });
  return new PdfReader(Buffer.concat(chunks));
}

const numberedLine = /^(.*)\t(\d+)$/;

const entriesOf = (pdf: PdfReader): Entry[] =>
  pdf.pages
    .flatMap((page) => pdf.linesOf(page))
    .flatMap((line) => {
      const match = numberedLine.exec(line);
      return match ? [{ title: match[1]!, page: Number(match[2]) }] : [];
    });

const linksOf = (pdf: PdfReader): PlacedLink[] => pdf.pages.flatMap((page) => pdf.linksOf(page));

/** Where a title stands in the body, from the bottom of its page. */
function placeOf(pdf: PdfReader, title: string): Entry & { y: number } {
  for (const [index, page] of pdf.pages.entries()) {
    const lines = pdf.linesOf(page);
    if (!lines.includes(title)) continue;
    return { title, page: index + 1, y: pdf.textsOf(page).findLast(({ text }) => text === title)!.y };
  }
  throw new Error(`${title} stands nowhere`);
}

const headings = (...list: readonly [number, string][]): object[] =>
  list.flatMap(([level, text]) => [
    { type: 'heading', level, text },
    { type: 'text', text: 'line\n'.repeat(9) },
  ]);

const table = (groupBy: object[]): object => ({ type: 'table', data: 'sales', columns: [{ field: 'net' }], groupBy });
const data = { sales: { fields: { region: 'string', rep: 'string', net: 'decimal' } } };
const byRegion = { field: 'region', header: 'Region ${group.key}', continued: 'More of ${group.key}', bookmark: true };
const byRep = { field: 'rep', header: 'Rep ${group.key}', continued: '', bookmark: true };

describe('a table of contents', () => {
  it('lists what comes after it, each with its page, indented below what it belongs to', async () => {
    const before = { type: 'heading', text: 'Contents' };
    const after = headings([1, 'One'], [2, 'One and a half'], [3, 'Deep'], [1, 'Two']);
    const pdf = await read({ body: [before, { type: 'toc' }, ...after] });
    expect(entriesOf(pdf).map(({ title }) => title)).toEqual(['One', 'One and a half', 'Deep', 'Two']);
    const xs = pdf.textsOf(pdf.pages[0]!).filter(({ text }) => ['One', 'One and a half', 'Deep'].includes(text));
    expect(xs.slice(0, 3).map(({ x }) => x)).toEqual([40, 54, 68]);
  });

  it('lists no more than it is told to', async () => {
    const after = headings([1, 'One'], [2, 'Half'], [3, 'Deep']);
    const rows = [{ region: 'East', rep: 'Ada', net: 1 }];
    const titles = async (members: object): Promise<string[]> => {
      const body = [{ type: 'toc', ...members }, ...after, table([byRegion, byRep])];
      return entriesOf(await read({ data, body }, rows)).map(({ title }) => title);
    };
    expect(await titles({ levels: 1, groups: false })).toEqual(['One']);
    expect(await titles({ levels: 2 })).toEqual(['One', 'Half', 'Region East', 'Rep Ada']);
  });

  it('says the number of pages in a title that does', async () => {
    const body = [{ type: 'toc' }, { type: 'heading', text: 'On ${page.number} of ${page.total}' }];
    expect(entriesOf(await read({ body }))).toEqual([{ title: 'On 1 of 1', page: 1 }]);
  });

  it('leaves out an element that is left out, and shows nothing where nothing is left', async () => {
    const one = { type: 'heading', text: 'One' };
    const never = { ...one, text: 'Never', when: 'report.locale == "xx"' };
    expect(entriesOf(await read({ body: [{ type: 'toc' }, never, one] }))).toEqual([{ title: 'One', page: 1 }]);
    const pdf = await read({ body: [{ type: 'text', text: 'a' }, { type: 'toc' }, never] });
    expect(pdf.pages.map((page) => pdf.linesOf(page))).toEqual([['a']]);
  });

  it('cuts off a title that leaves no room for its number', async () => {
    const text = 'A title that goes on '.repeat(9);
    const pdf = await read({ body: [{ type: 'toc' }, { type: 'heading', text }] });
    expect(entriesOf(pdf)).toEqual([{ title: expect.stringMatching(/^A title that .*…$/) as string, page: 1 }]);
  });

  it('goes on over as many pages as it takes, and counts them', async () => {
    const list = Array.from({ length: 60 }, (_, index): [number, string] => [1, `Chapter ${index}`]);
    const pdf = await read({ body: [{ type: 'toc' }, ...headings(...list)] });
    const entries = entriesOf(pdf);
    expect(entries.map(({ title }) => title)).toEqual(list.map(([, title]) => title));
    expect(entries[0]!.page).toBe(6);
    expect(entries.at(-1)!.page).toBe(pdf.pages.length);
  });

  it('refuses more lines than anybody looks anything up in', async () => {
    const rows = Array.from({ length: 20_001 }, (_, index) => ({ region: `${index}`, rep: '', net: 1 }));
    const rendering = read({ data, body: [{ type: 'toc' }, table([byRegion])] }, rows);
    await expect(rendering).rejects.toThrow(RenderError);
    await expect(rendering).rejects.toMatchObject({ code: 'output_too_large' });
  });

  const titles = fc.array(fc.tuple(fc.constantFrom(1, 2, 3), fc.integer({ min: 0, max: 30 })), { maxLength: 12 });
  const regions = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3 })), {
    maxLength: 150,
  });
  const members = fc.record({ levels: fc.constantFrom(1, 2, 3), groups: fc.boolean() });

  it('tells the truth: as many lines as counted, the pages that titles stand on, and links to them', async () => {
    await fc.assert(
      fc.asyncProperty(titles, regions, members, fc.boolean(), async (list, keys, { levels, groups }, isSorted) => {
        const sections = list.flatMap(([level, lines], index) => [
          { type: 'heading', level, text: `Section ${index}` },
          { type: 'text', text: 'line\n'.repeat(lines) },
        ]);
        // A heading at the end, so that there is always something to list.
        const body = [{ type: 'toc', levels, groups }, ...sections, table([byRegion, byRep])];
        body.push({ type: 'heading', level: 1, text: 'The end' });
        const ordered = isSorted ? [...keys].sort(([a, c], [b, d]) => a - b || c - d) : keys;
        const orderBy = isSorted && { orderBy: ['region', 'rep'] };
        const rows = keys.map(([region, rep]) => ({ region: `${region}`, rep: `${rep}`, net: 1 }));
        const pdf = await read({ data: { sales: { ...data.sales, ...orderBy } }, body }, rows);

        const expected = list.flatMap(([level], index) => (level <= levels ? [`Section ${index}`] : []));
        for (const [index, [region, rep]] of ordered.entries()) {
          if (!groups) break;
          const before = ordered[index - 1];
          if (before?.[0] !== region) expected.push(`Region ${region}`);
          if (before?.[0] !== region || before[1] !== rep) expected.push(`Rep ${rep}`);
        }
        expected.push('The end');

        const entries = entriesOf(pdf);
        expect(entries.map(({ title }) => title)).toEqual(expected);
        const links = linksOf(pdf);
        expect(links.map(({ toPage }) => toPage)).toEqual(entries.map(({ page }) => page));
        for (const [index, entry] of entries.entries()) {
          // Titles of groups come again.
          if (!/^(Section|The end)/.test(entry.title)) continue;
          const { page, y } = placeOf(pdf, entry.title);
          expect(entry.page).toBe(page);
          expect(links[index]!.toY).toBeGreaterThan(y);
          expect(links[index]!.toY - y).toBeLessThan(50);
        }
        for (const [index, entry] of entries.entries()) {
          const page = pdf.pages[entry.page - 1]!;
          const above = pdf.textsOf(page).filter(({ y }) => y <= links[index]!.toY);
          expect(above.map(({ text }) => text)).toContain(entry.title);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
