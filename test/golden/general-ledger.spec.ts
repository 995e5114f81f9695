import { documentOf, pageJson } from './page-json';
import { expectLook } from './pictures';
import { PdfReader } from './read-pdf';
import { Sample } from './sample';

const sample = new Sample('general-ledger');

/** Amounts in pence, computed here with whole numbers. */
const penceOf = (text: unknown): bigint => BigInt(String(text).replace('.', '') || '0');
const print = (pence: bigint): string => {
  const digits = String(pence < 0n ? -pence : pence).padStart(3, '0');
  const pounds = Number(digits.slice(0, -2)).toLocaleString('en-GB');
  return `${pence < 0n ? '\u2212' : ''}${pounds}.${digits.slice(-2)}`;
};
const sumsOf = (rows: typeof sample.rows): [bigint, bigint, bigint] => {
  const debit = rows.reduce((sum, row) => sum + penceOf(row.Debit), 0n);
  const credit = rows.reduce((sum, row) => sum + penceOf(row.Credit), 0n);
  return [debit, credit, debit - credit];
};

const namesOf = (column: string): string[] => [...new Set(sample.rows.map((row) => String(row[column])))];
const accounts = namesOf('Account');

describe('the general ledger sample', () => {
  let rendered: Awaited<ReturnType<Sample['render']>>;
  let pages: string[][];
  let pdf: PdfReader;

  beforeAll(async () => {
    rendered = await sample.render(1000);
    pdf = new PdfReader(rendered.bytes);
    pages = pdf.pages.map((page) => pdf.linesOf(page));
  });

  it('lays out its first three pages and its last as it did', async () => {
    const laidOut = await sample.pages();
    expect(laidOut).toHaveLength(rendered.result.pages);
    const shown = [...laidOut.slice(0, 3), laidOut.at(-1)!];
    expect(shown.map((page) => pageJson(page, documentOf(laidOut)))).toMatchSnapshot();
  });

  it('looks as it did', () => expectLook('general-ledger', rendered.bytes, [1, 4]));

  it('reads as it did', () => {
    expect(pages).toMatchSnapshot();
  });

  it('lists every class and account in its contents with the page on which it begins', () => {
    const names = [...namesOf('Class'), ...accounts];
    const listed = names.map((name) => pages[0]!.find((line) => line.startsWith(`${name}\t`)));
    const begun = names.map((name) => {
      const page = pages.findIndex((lines, index) => index > 1 && lines.some((line) => isHeader(line, name)));
      return `${name}\t${page + 1}`;
    });
    expect(listed).toEqual(begun);
    const links = pdf.linksOf(pdf.pages[0]!);
    const numbers = pages[0]!.map((line) => /\t(\d+)$/.exec(line)?.[1]).filter((number) => number !== undefined);
    expect(links.map(({ toPage }) => toPage)).toEqual(numbers.map(Number));
  });

  it('says above the entries of each account what they add up to', () => {
    for (const account of accounts) {
      const rows = sample.rows.filter((row) => row.Account === account);
      const sums = sumsOf(rows).map(print).join('\t');
      expect(pages.slice(2).flat()).toContain(`${account}\t${sums}`);
      expect(
        pages[1]!
          .find((line) => line.startsWith(`${account}\t${rows.length}\t`))
          ?.split('\t')
          .at(-1),
      ).toBe(print(sumsOf(rows)[2]));
    }
  });

  it('balances', () => {
    const [debits, credits, rest] = sumsOf(sample.rows);
    expect([credits, rest]).toEqual([debits, 0n]);
    expect(pages.at(-1)).toContain(`All accounts\t${print(debits)}\t${print(credits)}\t0.00`);
  });

  it('begins each page on which an account goes on with what the one before has handed on', () => {
    const amounts = (label: string): (string | undefined)[] =>
      pages.slice(2).map((lines) => lines.find((line) => line.startsWith(label))?.slice(label.length));
    const forward = amounts('Carried forward');
    const brought = amounts('Brought forward');
    expect(brought).toEqual([undefined, ...forward.slice(0, -1)]);
    let first = 0;
    for (const [index, lines] of pages.slice(2, -1).entries()) {
      first += lines.filter((line) => /^\d{1,2} [A-Z][a-z]+ 2025\t/.test(line)).length;
      const { Account: account } = sample.rows[first - 1]!;
      const soFar = sample.rows.slice(0, first).filter((row) => row.Account === account);
      const goesOn = sample.rows[first]?.Account === account;
      expect(forward[index]).toBe(goesOn ? `\t${sumsOf(soFar).map(print).join('\t')}` : undefined);
    }
  });

  it('names its pages in the text, and marks what has no voucher', () => {
    const count = pages.length;
    const missing = sample.rows.filter((row) => row.Voucher === '').length;
    expect(pages[0]!.join(' ')).toContain(`on ${count} pages. ${missing} entries have no voucher`);
    expect(pages.flat().filter((line) => line.split('\t')[1] === 'missing')).toHaveLength(missing);
    expect(pages.at(-1)!.join(' ')).toContain(`This ledger ends on page ${count} of ${count}.`);
  });

  it('gives the same bytes whatever the batches', async () => {
    const again = await sample.render(7);
    expect(again.bytes.equals(rendered.bytes)).toBe(true);
    expect(rendered.result.warnings).toEqual([]);
  });
});

const isHeader = (line: string, name: string): boolean => line === name || line.startsWith(`${name}\t`);
