import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { request as openRequest } from 'node:http';
import { letterDefinition } from '../support/definitions';
import { EventReader } from '../support/event-source';
import { holdReport } from '../support/held-upload';
import type { Pressroom } from '../support/pressroom';
import { usePressroom } from '../support/pressroom';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';
import { recordFigures, sized } from './figures';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { settings } from './settings';

/** As many answers may be put off at once: leaked ones would be noticed at once. */
const maxWaiters = 8;

/** What the API holds open: sockets, files, pipes. */
async function openFiles(pressroom: Pressroom): Promise<string[]> {
  const directory = `/proc/${pressroom.api.pid}/fd`;
  const links = (await readdir(directory)).map((fd) => readlink(`${directory}/${fd}`).catch(() => undefined));
  return (await Promise.all(links)).filter((link) => link !== undefined);
}

/** A definition whose file is larger than what the sockets of a connection keep, because random text cannot be compressed. */
const large = {
  definition: {
    pressroom: 1,
    name: 'large',
    data: { lines: { fields: { text: 'string' } } },
    body: [{ type: 'table', data: 'lines', columns: [{ field: 'text', header: 'Text' }] }],
  },
};

describe('T22: clients that go away in the middle', () => {
  const pressroom = usePressroom({
    env: () => ({
      ...settings,
      PRESSROOM_MAX_WAITERS: String(maxWaiters),
      PRESSROOM_MAX_WAITERS_PER_KEY: String(maxWaiters),
      PRESSROOM_BODY_TIMEOUT: '2s',
    }),
  });
  beforeAll(() => pressroom.putTemplate(letterDefinition));
  beforeAll(() => pressroom.putTemplate());
  const count = sized(40, 100);

  const head = (line: string, ...headers: string[]) =>
    [line, 'Host: pressroom', `Authorization: Bearer ${pressroom.key}`, ...headers, '', ''].join('\r\n');

  /** Does something again and again, eight at a time. */
  async function repeat(each: (index: number) => Promise<unknown>): Promise<void> {
    for (let index = 0; index < count; index += maxWaiters)
      await Promise.all(Array.from({ length: Math.min(maxWaiters, count - index) }, (_, more) => each(index + more)));
  }

  /** Compares what the API holds open before and after, once all has calmed down. */
  async function expectNothingLeft(what: string, abuse: () => Promise<unknown>): Promise<void> {
    const before = (await openFiles(pressroom)).length;
    await abuse();
    const after = await until('the API has let go', async () => {
      const { length } = await openFiles(pressroom);
      return length <= before + 5 ? length : undefined;
    });
    recordFigures('T22', { what, aborts: count, openBefore: before, openAfter: after });
  }

  it('while they submit: a report is made once, or not at all', async () => {
    const ledger = new Ledger(pressroom);
    const body = JSON.stringify({ template: 'letter' });
    await expectNothingLeft('POST', () =>
      repeat(async (index) => {
        const key = `${ledger.prefix}-gone-${index}`;
        const sent = head(
          'POST /v1/reports HTTP/1.1',
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          `Idempotency-Key: ${key}`,
        );
        const parts = [[sent.slice(0, 30)], [sent], [sent + body.slice(0, 9)], [sent + body]][index % 4]!;
        await sendRaw(pressroom.url, parts, { hangUpAfterMs: index % 10 });
      }),
    );
    for (let index = 0; index < count; index++)
      await ledger.submit({ template: 'letter' }, `${ledger.prefix}-gone-${index}`);
    await expectInvariants(pressroom, ledger);
    expect(await pressroom.query('SELECT FROM reports')).toHaveLength(count);
  });

  it('while they wait, or listen to events: no place is lost', async () => {
    const { id, held } = await holdReport(pressroom);
    const waiting = [
      head(`GET /v1/reports/${id} HTTP/1.1`, 'Prefer: wait=55'),
      head(`GET /v1/reports/${id}/file HTTP/1.1`, 'Prefer: wait=55'),
      head(`GET /v1/reports/${id}/events HTTP/1.1`, 'Accept: text/event-stream'),
    ];
    await expectNothingLeft('wait, events', () =>
      repeat((index) => sendRaw(pressroom.url, [waiting[index % 3]!], { hangUpAfterMs: 20 + (index % 5) * 20 })),
    );
    const streams = await Promise.all(Array.from({ length: maxWaiters }, () => EventReader.open(pressroom, id)));
    expect(streams.map(({ response }) => response.status)).toEqual(Array(maxWaiters).fill(200));
    const onceMore = await pressroom.call('GET', `/v1/reports/${id}/events`);
    expect(onceMore.status).toBe(429); // those were all the places that there are
    await held.release();
    for (const stream of streams) expect((await stream.rest()).at(-1)).toMatchObject({ type: 'end' });
  });

  it('while they download: the rest can be had, and makes the same file', async () => {
    // More than the system keeps for the two ends of a connection.
    const lines = Array.from({ length: 80_000 }, () => JSON.stringify({ text: randomBytes(150).toString('base64') }));
    const upload = await pressroom.upload(lines.join('\n'), 'application/x-ndjson');
    const id = await pressroom.accept({ ...large, data: { lines: { upload } } });
    const { file } = await pressroom.waitFor(id, 'succeeded');
    const tenth = Math.round(file!.size / 10);
    await expectNothingLeft('download', () =>
      repeat(async () => {
        const { bytes, hangUp } = await download(pressroom, id, tenth);
        expect(bytes.length).toBeLessThan(file!.size);
        hangUp();
      }),
    );
    const start = await download(pressroom, id, tenth);
    const isOpen = (await openFiles(pressroom)).some((path) => path.startsWith(pressroom.storageDirectory));
    expect(isOpen).toBe(true); // the API was in the middle, too
    start.hangUp();
    const headers = { range: `bytes=${start.bytes.length}-`, 'if-range': start.etag };
    const rest = await pressroom.call('GET', `/v1/reports/${id}/file`, { headers });
    expect(rest.status).toBe(206);
    const sha256 = createHash('sha256').update(start.bytes).update(rest.bytes).digest('hex');
    expect(sha256).toBe(file!.sha256);
  });
});

interface Beginning {
  bytes: Buffer;
  etag: string;
  hangUp: () => void;
}

/** Reads at least the first bytes of a file, and then no more. */
function download(pressroom: Pressroom, id: string, atLeast: number): Promise<Beginning> {
  const headers = { authorization: `Bearer ${pressroom.key}` };
  const request = openRequest(`${pressroom.url}/v1/reports/${id}/file`, { agent: false, headers }).end();
  return new Promise((resolve, reject) => {
    request.on('error', reject).once('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', () => undefined); // we hang up ourselves
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < atLeast) return;
        response.removeAllListeners('data').pause();
        resolve({ bytes: Buffer.concat(chunks), etag: response.headers.etag!, hangUp: () => request.destroy() });
      });
    });
  });
}
