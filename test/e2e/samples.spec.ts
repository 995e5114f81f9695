import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compile, parseDefinition } from '../../src/engine';

const root = join(__dirname, '..', '..');
const templates = join(root, 'templates');
const samples = readdirSync(templates);

describe.each(samples)('the sample %s', (sample) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-samples-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const definition = join(templates, sample, 'definition.yaml');

  /** A dataset has a file of its name, or the sample's one file. */
  const data = (): string[] =>
    compile(parseDefinition(readFileSync(definition, 'utf8'))).datasets.flatMap((dataset) => {
      const file = join(templates, sample, `${dataset}.csv`);
      return ['--data', `${dataset}=${existsSync(file) ? file : join(templates, sample, 'data.csv')}`];
    });

  async function renderInProcess(name: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
    const out = join(folder, name);
    const args = ['render', definition, ...data(), '--as-of', '2026-01-31T12:00:00.123Z', '--out', out];
    await promisify(execFile)(process.execPath, [join(root, 'dist', 'cli.js'), ...args], { cwd: folder, env });
    return readFileSync(out);
  }

  it('is the same to the byte in two processes, whatever their surroundings', async () => {
    const first = await renderInProcess('a.pdf', { TZ: 'UTC', LC_ALL: 'C' });
    const second = await renderInProcess('b.pdf', { TZ: 'Asia/Kathmandu', LC_ALL: 'de_DE.UTF-8', HOME: folder });
    expect(second.equals(first)).toBe(true);
    const text = first.toString('latin1');
    expect(text).toMatch(/\/ID \[<([0-9a-f]{32})> <\1>\]/);
    expect(text).toContain('<pressroom:asOf>2026-01-31T12:00:00.123Z</pressroom:asOf>');
  });
});
