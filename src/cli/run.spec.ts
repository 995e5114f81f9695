import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { definitionSchema } from '../engine';
import { run } from './run';

const definition = {
  pressroom: 1,
  title: 'Orders ${params.from}',
  parameters: {
    type: 'object',
    required: ['from'],
    properties: { from: { type: 'string', format: 'date' }, least: { type: 'integer' } },
  },
  data: { orders: { fields: { id: 'integer', amount: 'decimal' } } },
  body: [{ type: 'table', data: 'orders', columns: [{ field: 'id' }, { field: 'amount', total: 'sum' }] }],
};

describe('the command line', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-cli-'));
    await writeFile(at('orders.json'), JSON.stringify(definition));
    await writeFile(at('orders.csv'), 'id,amount\n1,0.10\n2,0.20\n');
    await writeFile(at('orders.ndjson'), '{"id":1,"amount":"0.10"}\n{"id":2,"amount":"0.20"}\n');
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function call(args: string[], input = '', isTTY = false) {
    const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY })];
    const printed = [buffer(stdout), text(stderr)] as const;
    const code = await run(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
    stdout.end();
    stderr.end();
    return { code, stdout: await printed[0], stderr: await printed[1] };
  }

  const render = (...args: string[]): string[] => ['render', at('orders.json'), '--param', 'from=2026-01-01', ...args];

  it('renders the same file from CSV and from NDJSON, and says what it took', async () => {
    const asOf = ['--as-of', '2026-01-31'];
    const csv = await call(render('--data', `orders=${at('orders.csv')}`, '--out', at('a.pdf'), '--stats', ...asOf));
    const ndjson = await call(render('--data', `orders=${at('orders.ndjson')}`, '--out', at('b.pdf'), ...asOf));
    expect([csv.code, ndjson]).toEqual([0, { code: 0, stdout: Buffer.alloc(0), stderr: '' }]);
    const file = await readFile(at('a.pdf'));
    expect(file.equals(await readFile(at('b.pdf')))).toBe(true);
    expect(JSON.parse(csv.stderr)).toEqual({
      rows: 2,
      pages: 1,
      bytes: file.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      cpuSeconds: expect.any(Number) as number,
      peakMemoryBytes: expect.any(Number) as number,
      warnings: [],
      ms: expect.any(Number) as number,
    });
  });

  it('reads rows from standard input and writes to standard output', async () => {
    const { code, stdout } = await call(
      render(
        '--data',
        'orders=-',
        '--out',
        '-',
        '--param',
        'least=3',
        '--locale',
        'de',
        '--time-zone',
        'Europe/Berlin',
      ),
      '{"id":1,"amount":"1"}\n',
    );
    expect([code, stdout.toString('latin1', 0, 5)]).toEqual([0, '%PDF-']);
  });

  it('shows its progress on a terminal', async () => {
    const { stderr } = await call(render('--data', `orders=${at('orders.csv')}`, '--out', at('a.pdf')), '', true);
    expect(stderr).toContain(']  2 rows  1 pages');
    expect(stderr.endsWith('\r\x1b[2K')).toBe(true);
  });

  it('says of a valid definition what it reads, and how', async () => {
    const { code, stdout } = await call(['validate', at('orders.json')]);
    expect([code, stdout.toString()]).toEqual([
      0,
      'The definition is valid. It reads orders. Pages are made while the rows still come.\n',
    ]);
  });

  it.each([[['--help']], [['render', '--help']], [['validate', '-h']]])('explains itself: %j', async (args) => {
    const { code, stdout } = await call(args);
    expect([code, stdout.toString().split('\n')[0]]).toEqual([0, 'Usage: pressroom <command>']);
  });

  it('says where a definition is wrong, and how to mend it', async () => {
    const yaml = 'pressroom: 1\nbody:\n  - type: heading\n    level: 1\n    text: x\n  - type: tabel\n';
    const { code, stderr } = await call(['validate', '-'], yaml);
    expect(code).toBe(65);
    expect(stderr).toContain('definition:6:11: /body/1/type:');
    expect(stderr).toContain('Did you mean `table`?');
  });

  it.each([
    [[], 64, 'Usage: pressroom'],
    [['frobnicate'], 64, 'Usage: pressroom'],
    [['validate'], 64, 'Give one definition'],
    [['render', 'DEF', '--wrong'], 64, '--wrong'],
    [['render', 'DEF'], 64, '--out'],
    [['render', 'DEF', '--out', 'OUT', '--data', 'orders'], 64, 'NAME=VALUE'],
    [['render', 'DEF', '--out', 'OUT', '--as-of', 'soon'], 64, '--as-of'],
    [['render', '-', '--out', 'OUT', '--data', 'orders=-'], 64, 'one standard input'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01'], 64, '--data orders=FILE'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01', '--data', 'others=x.csv'], 64, 'declared: orders'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01', '--data', 'orders=x.xls'], 64, '.csv, .ndjson'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=today', '--data', 'orders=CSV'], 65, '--param from'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01', '--data', 'orders=BAD'], 65, 'bad.csv:3'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01', '--data', 'orders=WRONG'], 65, 'row 2 (line 3)'],
    [['render', 'DEF', '--out', 'OUT', '--param', 'from=2026-01-01', '--data', 'orders=MISSING'], 74, 'ENOENT'],
    [['render', 'MISSING', '--out', 'OUT'], 74, 'ENOENT'],
  ])('ends %j with %i', async (args, code, message) => {
    await writeFile(at('bad.csv'), 'id,amount\n1,1\n2\n');
    await writeFile(at('wrong.csv'), 'id,amount\n1,1\n2,x\n');
    const files: Record<string, string> = {
      DEF: 'orders.json',
      OUT: 'out.pdf',
      CSV: 'orders.csv',
      BAD: 'bad.csv',
      WRONG: 'wrong.csv',
      MISSING: 'missing.csv',
    };
    const filled = args.map((arg) => arg.replace(/[A-Z]{3,}$/, (name) => (files[name] ? at(files[name]) : name)));
    const result = await call(filled);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(code);
    expect((await readdir(folder)).filter((name) => name.includes('.pdf'))).toEqual([]);
  });

  it('keeps the last file when a render fails', async () => {
    await writeFile(at('out.pdf'), 'the last');
    await writeFile(at('wrong.csv'), 'id,amount\n1,x\n');
    const { code } = await call(render('--data', `orders=${at('wrong.csv')}`, '--out', at('out.pdf')));
    expect([code, await readFile(at('out.pdf'), 'utf8')]).toEqual([65, 'the last']);
  });

  it('prints the schema of definitions', async () => {
    const { code, stdout } = await call(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString())).toEqual(definitionSchema);
  });
});
