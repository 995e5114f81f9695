import { documentOf, pageJson } from './page-json';
import { expectLook } from './pictures';
import { PdfReader } from './read-pdf';
import { Sample } from './sample';

const sample = new Sample('sales-by-region');

/** Revenue in cents, computed here with whole numbers. */
const revenueOf = (rows: typeof sample.rows): bigint =>
  rows.reduce((sum, row) => sum + BigInt(String(row.Units)) * BigInt(String(row['Unit price']).replace('.', '')), 0n);

const euro = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 });
const print = (cents: bigint): string => euro.format(Number(cents) / 100);

describe('the sales by region sample', () => {
  let rendered: Awaited<ReturnType<Sample['render']>>;
  let lines: string[];

  beforeAll(async () => {
    rendered = await sample.render(1000);
    const pdf = new PdfReader(rendered.bytes);
    lines = pdf.pages.flatMap((page) => pdf.linesOf(page));
  });

  it('lays out its first, second and last page as it did', async () => {
    const pages = await sample.pages();
    expect(pages).toHaveLength(rendered.result.pages);
    expect([pages[0]!, pages[1]!, pages.at(-1)!].map((page) => pageJson(page, documentOf(pages)))).toMatchSnapshot();
  });

  it('looks as it did', () => expectLook('sales-by-region', rendered.bytes, [1, 7]));

  it('reads as it did', () => {
    expect(lines).toMatchSnapshot();
  });

  it('adds up each region, each representative and all', () => {
    const keys = (name: string): string[] => [...new Set(sample.rows.map((row) => String(row[name])))];
    for (const region of keys('Region')) {
      const revenue = print(revenueOf(sample.rows.filter((row) => row.Region === region)));
      expect(lines.find((line) => line.startsWith(`${region} subtotal\t`))?.split('\t')[2]).toBe(revenue);
    }
    for (const rep of keys('Representative')) {
      const revenue = print(revenueOf(sample.rows.filter((row) => row.Representative === rep)));
      expect(lines.find((line) => line.startsWith(`${rep}\t`))?.split('\t')[2]).toBe(revenue);
    }
    expect(lines.find((line) => line.startsWith('All regions\t'))?.split('\t')[2]).toBe(print(revenueOf(sample.rows)));
  });

  it('compares the sums with the targets, not the rows', () => {
    const percent = new Intl.NumberFormat('en-GB', {
      style: 'percent',
      signDisplay: 'exceptZero',
      minimumFractionDigits: 1,
    });
    const target = sample.rows.reduce((sum, row) => sum + Number(row.Target), 0);
    const share = percent.format(Number(revenueOf(sample.rows)) / 100 / target - 1).replace('-', '\u2212');
    expect(
      lines
        .find((line) => line.startsWith('All regions\t'))
        ?.split('\t')
        .at(-1),
    ).toBe(share);
  });

  it('gives the same bytes whatever the batches', async () => {
    const again = await sample.render(7);
    expect(again.bytes.equals(rendered.bytes)).toBe(true);
    expect(rendered.result.warnings).toEqual([]);
  });
});
