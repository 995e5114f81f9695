import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { PdfReader } from '../../test/golden/read-pdf';
import type { RenderInput, RenderProgress, RenderResult, Row, RowBatch } from './index';
import { RenderError, canonicalHash, checkParameters, checkRows, compile, engineVersion, render } from './index';

const definition = {
  pressroom: 1,
  name: 'orders',
  title: 'Orders of ${params.year}',
  locale: 'en-GB',
  currency: '${params.currency}',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['year'],
    properties: {
      year: { type: 'integer', maximum: 2100 },
      currency: { enum: ['EUR', 'USD'], type: 'string', default: 'EUR' },
    },
  },
  data: {
    orders: {
      fields: {
        id: { type: 'integer', required: true },
        customer: { from: 'Customer name', type: 'string' },
        net: 'decimal',
        at: 'dateTime',
      },
    },
  },
  footer: [{ type: 'text', text: 'Page ${page.number} of ${page.total}', align: 'end' }],
  body: [
    { type: 'heading', text: '${report.id} ${params.year}' },
    { type: 'text', text: 'Only in euro.', when: 'params.currency == "EUR"' },
    {
      type: 'table',
      data: 'orders',
      columns: [
        { field: 'id', header: 'No.' },
        { field: 'customer', header: 'Customer' },
        { field: 'at', header: 'At', format: 'dateTime' },
        { value: 'row.net * 2', header: 'Double', format: 'decimal2' },
        { field: 'net', header: 'Net', format: 'currency', total: 'sum' },
      ],
      totals: { label: 'Sum' },
      empty: 'None.',
    },
  ],
};

const report = compile(definition);
const limits = { maxRows: 100_000, maxPages: 1000, maxBytes: 50_000_000 };

const row = (index: number): Row => ({
  id: index,
  'Customer name': `Customer ${index}`,
  net: '0.10',
  at: '2026-01-31T23:30:00Z',
});
const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, index) => row(index + 1));

async function* batchOf(...batches: RowBatch[]): AsyncGenerator<RowBatch> {
  await Promise.resolve();
  yield* batches;
}

interface Rendered {
  bytes: Buffer;
  result: RenderResult;
  lines: string[][];
}

async function run(
  rows: AsyncIterable<RowBatch> | readonly Row[],
  changes: Partial<RenderInput> = {},
): Promise<Rendered> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  const { parameters } = checkParameters(report, { year: 2026 });
  const data = { orders: Symbol.asyncIterator in rows ? rows : batchOf({ rows }) };
  const result = await render({
    report,
    parameters,
    data,
    asOf: new Date('2026-11-23T12:00:00Z'),
    reportId: 'rep_1',
    limits,
    output,
    ...changes,
  });
  const bytes = Buffer.concat(chunks);
  const pdf = new PdfReader(bytes);
  return { bytes, result, lines: pdf.pages.map((page) => pdf.linesOf(page)) };
}

describe('render', () => {
  it('prints what was given, in the language and the time zone asked for', async () => {
    const { lines } = await run([{ ...row(1), net: '1234.565' }], { locale: 'de-DE', timeZone: 'Europe/Berlin' });
    expect(lines).toEqual([
      [
        'rep_1 2026',
        'Only in euro.',
        'No.\tCustomer\tAt\tDouble\tNet',
        '1\tCustomer 1\t01.02.2026, 00:30\t2.469,13\t1.234,56\u00a0€',
        'Sum\t1.234,56\u00a0€',
        'Page 1 of 1',
      ],
    ]);
  });

  it('leaves out what a condition excludes', async () => {
    const { parameters } = checkParameters(report, { year: 2026, currency: 'USD' });
    const { lines } = await run([row(1)], { parameters });
    expect(lines[0]).not.toContain('Only in euro.');
    expect(lines[0]).toContain('Sum\tUS$0.10');
  });

  it('shows nothing for nothing, and skips it in totals', async () => {
    const { lines } = await run([{ id: 1 }, { id: 2, net: '5' }]);
    expect(lines[0]).toEqual(expect.arrayContaining(['1', '2\t10.00\t€5.00', 'Sum\t€5.00']));
  });

  it('says so where there are no rows', async () => {
    const { lines, result } = await run([]);
    expect(lines[0]).toContain('None.');
    expect(result).toMatchObject({ pages: 1, provenance: { data: { orders: { rows: 0 } } } });
  });

  it('adds up exactly, counts, and numbers its pages', async () => {
    const { lines, result } = await run(rowsOf(2000));
    expect(result).toMatchObject({ pages: lines.length, warnings: [] });
    expect(result.provenance.data.orders?.rows).toBe(2000);
    expect(lines.at(-1)).toContain('Sum\t€200.00');
    lines.forEach((page, index) => expect(page.at(-1)).toBe(`Page ${index + 1} of ${lines.length}`));
  });

  it('tells its progress', async () => {
    const progress: RenderProgress[] = [];
    const { result } = await run(rowsOf(2000), { onProgress: (each) => progress.push(each) });
    expect(progress.length).toBeGreaterThan(2);
    expect(progress[0]).toEqual({ phase: 'rendering', rows: expect.any(Number) as number, pages: 8, share: undefined });
    expect(progress.at(-1)).toEqual({ phase: 'finishing', rows: 2000, pages: result.pages, share: 1 });
  });

  it('warns of characters that it cannot show', async () => {
    const { result } = await run([{ ...row(1), 'Customer name': '東京' }]);
    expect(result.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['missing_glyph', 1],
      ['missing_glyph', 1],
    ]);
  });

  it('warns of a field that no row has', async () => {
    const { result } = await run([
      { id: 1, net: '1' },
      { id: 2, net: null, at: null },
    ]);
    expect(result.warnings).toEqual([
      {
        code: 'field_missing',
        detail: 'No row of the dataset orders has "Customer name", from which the field customer is read.',
        count: 2,
      },
    ]);
    expect((await run([])).result.warnings).toEqual([]);
  });

  it('gives the same bytes in every run', async () => {
    const here = await run(rowsOf(300));
    expect((await run(rowsOf(300))).result.sha256).toBe(here.result.sha256);
    expect((await run(rowsOf(301))).result.sha256).not.toBe(here.result.sha256);
  });

  it('knows definition, parameters and rows again by their hashes', async () => {
    const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
    const hashOf = (...values: (string | null)[]): string =>
      sha256(Buffer.concat(values.flatMap((value) => [Buffer.from(value ?? [0xfe]), Buffer.of(0xff)])));
    const { result } = await run(batchOf({ rows: [{ net: '1', id: 7 }] }, { rows: [{ id: 8 }] }), {
      template: { name: 'orders', version: 2 },
      locale: 'de',
    });
    expect(result.provenance).toEqual({
      engineVersion,
      template: { name: 'orders', version: 2 },
      definitionHash: canonicalHash(structuredClone(definition)).toString('hex'),
      parametersHash: sha256('{"currency":"EUR","year":2026}'),
      locale: 'de',
      timeZone: 'UTC',
      asOf: '2026-11-23T12:00:00.000Z',
      // id, customer, net, at
      data: { orders: { rows: 2, hash: hashOf('7', null, '1', null, '8', null, null, null) } },
    });
  });

  describe('fails for what cannot be mended by trying again', () => {
    const failure = async (
      rows: AsyncIterable<RowBatch> | readonly Row[],
      changes: Partial<RenderInput> = {},
    ): Promise<RenderError> => {
      const error: unknown = await run(rows, changes).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RenderError);
      return error as RenderError;
    };

    it('a value that does not fit, with its place', async () => {
      const source = batchOf(
        { rows: rowsOf(300) },
        { rows: [row(301), { ...row(302), net: 'twelve' }], lines: [302, 304] },
      );
      const error = await failure(source);
      expect(error).toMatchObject({ code: 'data_invalid', dataset: 'orders', row: 302, line: 304, field: 'net' });
      expect(error.message).toBe(
        'Dataset orders, row 302 (line 304): "net" must be a decimal number such as 1234.50, and is "twelve".',
      );
    });

    it('an expression of a row, with its place in the data and in the definition', async () => {
      const dividing = compile({
        pressroom: 1,
        data: { orders: { fields: { n: 'integer' } } },
        body: [
          { type: 'text', text: 'x' },
          { type: 'table', data: 'orders', columns: [{ field: 'n' }, { value: '6 / row.n' }] },
        ],
      });
      const source = batchOf({ rows: [{ n: 1 }, { n: 0 }], lines: [2, 3] });
      const error = await failure(source, { report: dividing });
      expect(error).toMatchObject({ code: 'template_error', dataset: 'orders', row: 2, line: 3 });
      expect(error.message).toMatch(
        /^Dataset orders, row 2 \(line 3\), \/body\/1\/columns\/1\/value: .*`6 \/ row.n` failed/,
      );
    });

    it('a required value that is missing', async () => {
      expect(await failure([{ net: 1 }])).toMatchObject({ code: 'data_invalid', row: 1, field: 'id' });
    });

    it('a dataset that was not given', async () => {
      expect(await failure([], { data: {} })).toMatchObject({ code: 'data_invalid', dataset: 'orders' });
    });

    it('too many rows, pages or bytes', async () => {
      expect(await failure(rowsOf(11), { limits: { ...limits, maxRows: 10 } })).toMatchObject({
        code: 'data_too_large',
      });
      expect(await failure(rowsOf(200), { limits: { ...limits, maxPages: 1 } })).toMatchObject({
        code: 'output_too_large',
      });
      expect(await failure(rowsOf(1), { limits: { ...limits, maxBytes: 1000 } })).toMatchObject({
        code: 'output_too_large',
      });
      await expect(run(rowsOf(10), { limits: { ...limits, maxRows: 10, maxPages: 1 } })).resolves.toBeDefined();
    });

    it('a locale that does not exist', async () => {
      expect(await failure([], { locale: 'no locale' })).toMatchObject({ code: 'template_error' });
    });
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const source = (async function* () {
      for (let count = 0; count < 1000; count += 1) {
        if (count === 3) controller.abort(new Error('enough'));
        await Promise.resolve();
        yield { rows: rowsOf(300) };
      }
    })();
    await expect(run(source, { signal: controller.signal })).rejects.toThrow();
  });

  it('fails as its data or its output fails', async () => {
    const source = (async function* () {
      yield { rows: rowsOf(3) };
      await Promise.resolve();
      throw new Error('the source broke');
    })();
    await expect(run(source)).rejects.toThrow('the source broke');
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    await expect(run(rowsOf(3), { output })).rejects.toThrow('disk full');
  });
});

describe('checkParameters', () => {
  it('applies defaults and leaves what was given as it is', () => {
    const given = { year: 2026 };
    expect(checkParameters(report, given)).toEqual({ parameters: { year: 2026, currency: 'EUR' }, faults: [] });
    expect(given).toEqual({ year: 2026 });
  });

  it.each<[unknown, string, string]>([
    [{}, '/year', 'missing-member'],
    [{ year: '2026' }, '/year', 'value-invalid'],
    [{ year: 2026, curency: 'EUR' }, '/curency', 'unknown-member'],
    [{ year: 2026, currency: 'GBP' }, '/currency', 'value-invalid'],
    [{ year: 2026, currency: 'x'.repeat(5000) }, '/currency', 'too-large'],
    [[], '', 'value-invalid'],
    [null, '', 'value-invalid'],
  ])('finds what is wrong with %j', (parameters, pointer, code) => {
    expect(checkParameters(report, parameters).faults).toMatchObject([{ pointer, code }]);
  });
});

describe('checkRows', () => {
  it('points at what does not fit, by the name in the source', () => {
    const faults = checkRows(report, 'orders', [row(1), { ...row(2), net: 'x', 'Customer name': 5 }, 7, { net: 1 }]);
    expect(faults).toMatchObject([
      { pointer: '/1/Customer name', code: 'value-invalid' },
      { pointer: '/1/net', code: 'value-invalid' },
      { pointer: '/2', code: 'row-invalid' },
      { pointer: '/3/id', code: 'missing-member' },
    ]);
  });

  it('stops after twenty', () => {
    expect(
      checkRows(
        report,
        'orders',
        Array.from({ length: 1000 }, () => 1),
      ),
    ).toHaveLength(20);
  });

  it('knows the declared datasets only', () => {
    expect(checkRows(report, 'other', [])).toMatchObject([{ pointer: '', code: 'unknown-dataset' }]);
  });
});

describe('totals', () => {
  const totalsOf = async (total: object, values: readonly (string | null)[]): Promise<string | undefined> => {
    const columns = [{ value: '"x"' }, { field: 'n', ...total }];
    const small = compile({
      pressroom: 1,
      name: 'totals',
      data: { d: { fields: { n: 'integer' } } },
      body: [{ type: 'table', data: 'd', columns }],
    });
    const { lines } = await run([], {
      report: small,
      parameters: {},
      data: { d: batchOf({ rows: values.map((n) => ({ n })) }) },
    });
    return lines
      .at(-1)
      ?.find((line) => line.startsWith('Total\t'))
      ?.slice('Total\t'.length);
  };

  it.each([
    [{ total: 'avg' }, ['1', '2', '2'], '1.67'],
    [{ total: 'avg', format: 'decimal0' }, ['1', '2', '1', '2', '1', '1', '2', '2'], '2'],
    // 299/200 = 1.495, which is nearer to 1; rounded to 1.50 before, it would become 2.
    [{ total: 'avg', format: 'decimal0' }, [...Array<string>(199).fill('1'), '100'], '1'],
    [{ total: 'count' }, ['5', null, '7000'], '2'],
    [{ total: 'max' }, ['5', '7000'], '7,000'],
  ])('%j of %j is %s', async (total, values, expected) => {
    expect(await totalsOf(total, values)).toBe(expected);
  });
});
