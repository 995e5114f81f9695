import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { newWebhookSecret, signMessage } from '../../src/webhooks/sign-message';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');
const hasPython = spawnSync('python3', ['--version']).status === 0;

function snippet(name: string): string {
  const [, code] = new RegExp(`<!-- tested: ${name} -->\\s+\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/webhooks.md has no example for ${name}.`);
  return code;
}

/** Runs an example's `read` on a message; returns what it gave back, and throws when it refused. */
type Read = (secret: string, headers: Record<string, string>, body: string) => unknown;

const readInNode: Read = (...message) => {
  const make = compileFunction(`${snippet('node')}; return read;`, ['require']) as (require: NodeJS.Require) => Read;
  return make(createRequire(__filename))(...message);
};

const readInPython: Read = (...message) => {
  const main = 'import sys\na = json.load(sys.stdin)\nprint(json.dumps(read(a[0], a[1], a[2].encode())))\n';
  const input = JSON.stringify(message);
  const { status, stdout, stderr } = spawnSync('python3', ['-c', `${snippet('python')}\n${main}`], { input });
  if (status !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString()) as unknown;
};

const examples: [string, Read, boolean][] = [
  ['Node', readInNode, true],
  ['Python', readInPython, hasPython],
];

describe.each(examples)('the example in %s', (_, read, isRunnable) => {
  const check = isRunnable ? it : it.skip; // this machine has no such interpreter
  const [before, secret] = [newWebhookSecret(), newWebhookSecret()];
  const body = JSON.stringify({ type: 'report.succeeded', data: { reference: 'Größe ✓' } });
  const headers = signMessage([secret, before], 'whd_1', new Date(), body);

  check('reads a message that was signed with either secret', () => {
    expect(read(secret, headers, body)).toEqual(JSON.parse(body));
    expect(read(before, headers, body)).toEqual(JSON.parse(body));
  });

  check('refuses another secret, another body and an old message', () => {
    expect(() => read(newWebhookSecret(), headers, body)).toThrow();
    expect(() => read(secret, headers, body.replace('succeeded', 'failed'))).toThrow();
    const old = signMessage([secret], 'whd_1', new Date(Date.now() - 600_000), body);
    expect(() => read(secret, old, body)).toThrow();
  });
});
