import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Answer, ReportBody } from '../support/bodies';
import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';

/** Longer than a test may take: an answer that comes was not given because the time ran out. */
const long = { prefer: 'wait=55' };

describe('Prefer: wait where nothing is looked for at intervals', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_DISPATCH_INTERVAL: '10m' }) });
  beforeAll(() => pressroom.putTemplate());

  it('does not keep the workers from being rung for', async () => {
    // Who begins to watch a report locks its row for a moment, and may do so when it is to be rung for.
    for (let round = 0; round < 40; round++) {
      const { status } = await pressroom.submit(salesRequest, { prefer: 'wait=10' });
      expect({ round, status }).toEqual({ round, status: 201 });
    }
  });
});

describe('Prefer: wait', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());

  // Released also by a test that fails, for the sake of those after it.
  let lastHeld: { release: () => Promise<void> } | undefined;
  const hold = async () => {
    const report = await holdReport(pressroom);
    lastHeld = report.held;
    return report;
  };
  afterEach(() => lastHeld?.release());

  const look = (id: string, headers: Record<string, string>, key?: string): Promise<Answer<ReportBody>> =>
    pressroom.call('GET', `/v1/reports/${id}`, { headers, key });
  const applied = ({ headers }: Answer<unknown>) => headers.get('preference-applied');
  const isWatched = (id: string) =>
    until('somebody waits for it', async () => {
      const [report] = await pressroom.query<{ is_watched: boolean }>(
        'SELECT watched_until > now() AS is_watched FROM reports WHERE id = $1',
        [uuidOf(id)],
      );
      return report?.is_watched ? true : undefined;
    });

  describe('on POST /v1/reports', () => {
    it('answers 201 when the report has ended, with the file', async () => {
      const answer = await pressroom.submit(salesRequest, long);
      const { id } = answer.body;
      expect(answer.status).toBe(201);
      expect(applied(answer)).toBe('wait=55');
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        location: `/v1/reports/${id}`,
        'content-location': `/v1/reports/${id}`,
        link: `</v1/reports/${id}>; rel="status"`,
        vary: 'Authorization, Accept, Prefer',
      });
      expect(answer.headers.has('retry-after')).toBe(false);
      expect(answer.headers.get('etag')).toBe((await look(id, {})).headers.get('etag'));
      expect(answer.body).toMatchObject({ status: 'succeeded', links: { file: `/v1/reports/${id}/file` } });
    });

    it('answers 201 also for a report that failed', async () => {
      const upload = await pressroom.upload('region,amount\nNorth,much\n');
      const answer = await pressroom.submit({ ...salesRequest, data: { sales: { upload } } }, long);
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ status: 'failed', error: { code: 'data_invalid' } });
    });

    it('answers 202 when the time ran out', async () => {
      const { id: running, held } = await hold();
      const answer = await pressroom.submit(salesRequest, { prefer: 'wait=1' });
      expect(answer.status).toBe(202);
      expect(applied(answer)).toBe('wait=1');
      expect(answer.body.status).toBe('queued');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      await held.release();
      await pressroom.waitFor(running, 'succeeded');
      await pressroom.waitFor(answer.body.id, 'succeeded');
    });

    it.each(['respond-async', 'respond-async, wait=55', 'wait=55, respond-async'])(
      'answers 202 at once to %s',
      async (prefer) => {
        const { held } = await hold();
        const answer = await pressroom.submit(salesRequest, { prefer });
        expect(answer.status).toBe(202);
        expect(applied(answer)).toBe('respond-async');
        await held.release();
      },
    );

    it.each(['wait=0', 'wait=-1', 'wait=soon', 'wait', 'wait="5"', '=', 'return=minimal', ''])(
      'passes over %j',
      async (prefer) => {
        const { held } = await hold();
        const answer = await pressroom.submit(salesRequest, { prefer });
        expect(answer.status).toBe(202);
        expect(applied(answer)).toBeNull();
        await held.release();
      },
    );

    it('waits no longer than 55 seconds', async () => {
      expect(applied(await pressroom.submit(salesRequest, { prefer: 'wait=3600' }))).toBe('wait=55');
    });

    it('treats a replay as it would the first request', async () => {
      const { held } = await hold();
      const key = { 'idempotency-key': randomUUID() };
      const first = await pressroom.submit(salesRequest, key);
      expect(first.status).toBe(202);
      const short = await pressroom.submit(salesRequest, { ...key, prefer: 'wait=1' });
      expect(short.status).toBe(202);
      const waiting = pressroom.submit(salesRequest, { ...key, ...long });
      await held.release();
      const replay = await waiting;
      const late = await pressroom.submit(salesRequest, { ...key, ...long });
      for (const answer of [replay, late]) {
        expect(answer.status).toBe(201);
        expect(answer.headers.get('idempotent-replayed')).toBe('true');
        expect(answer.body).toMatchObject({ id: first.body.id, status: 'succeeded' });
      }
      expect((await pressroom.submit(salesRequest, key)).status).toBe(202);
      expect((await pressroom.submit(salesRequest, { ...key, prefer: 'respond-async' })).status).toBe(202);
    });
  });

  describe('on GET /v1/reports/{id}', () => {
    it('answers 200 with If-None-Match as soon as the report has changed', async () => {
      const { id, held } = await hold();
      const next = await pressroom.submit(salesRequest);
      const changed = look(next.body.id, { ...long, 'if-none-match': next.headers.get('etag')! });
      await isWatched(next.body.id);
      await pressroom.call('POST', `/v1/reports/${next.body.id}/cancel`);
      const answer = await changed;
      expect(answer.status).toBe(200);
      expect(applied(answer)).toBe('wait=55');
      expect(answer.body.status).toBe('canceled');
      await held.release();
      await pressroom.waitFor(id, 'succeeded');
    });

    it('shows the progress of a render, change by change, up to the end', async () => {
      const { id, held } = await hold();
      const seen: Answer<ReportBody>[] = [await look(id, {})];
      while (seen.at(-1)!.body.status === 'running') {
        if (seen.length === 4) await held.release();
        const answer = await look(id, { ...long, 'if-none-match': seen.at(-1)!.headers.get('etag')! });
        expect(answer.status).toBe(200);
        seen.push(answer);
      }
      expect(seen.at(-1)!.body.status).toBe('succeeded');
      const versions = seen.map(({ headers }) => Number(headers.get('etag')!.slice(2, -1)));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      expect(seen.length).toBeGreaterThan(4);
    });

    it('answers 304 with If-None-Match when the time ran out, and 200 without', async () => {
      const { id: running, held } = await hold();
      const { headers, body } = await pressroom.submit(salesRequest);
      const same = await look(body.id, { prefer: 'wait=1', 'if-none-match': headers.get('etag')! });
      expect({ status: same.status, applied: applied(same) }).toEqual({ status: 304, applied: 'wait=1' });
      expect(same.headers.get('etag')).toBe(headers.get('etag'));
      const whole = await look(body.id, { prefer: 'wait=1' });
      expect({ status: whole.status, applied: applied(whole) }).toEqual({ status: 200, applied: 'wait=1' });
      expect(whole.body.status).toBe('queued');
      await held.release();
      await pressroom.waitFor(running, 'succeeded');
      await pressroom.waitFor(body.id, 'succeeded');
    });

    it('answers 200 at once to an ETag that is not current', async () => {
      const { id, held } = await hold();
      expect((await look(id, { ...long, 'if-none-match': '"v0"' })).body.status).toBe('running');
      await held.release();
      await pressroom.waitFor(id, 'succeeded');
    });

    it('answers at the end without If-None-Match, whatever changes before', async () => {
      const { id, held } = await hold();
      const { headers } = await look(id, {});
      const ended = look(id, long);
      await look(id, { ...long, 'if-none-match': headers.get('etag')! });
      await held.release();
      expect((await ended).body.status).toBe('succeeded');
    });

    it('does not wait for a report that has ended', async () => {
      const { headers, body } = await pressroom.submit(salesRequest, long);
      expect((await look(body.id, long)).status).toBe(200);
      expect((await look(body.id, { ...long, 'if-none-match': headers.get('etag')! })).status).toBe(304);
      expect((await look(body.id, { ...long, 'if-match': '"v0"' })).status).toBe(412);
    });

    it('answers 404 at once for what is not there, and for what another tenant waits for', async () => {
      const { id, held } = await hold();
      const other = await pressroom.createKey(`other-${randomUUID()}`);
      expect((await look(`rep_${'0'.repeat(32)}`, long)).status).toBe(404);
      expect((await look(id, long, other)).status).toBe(404);
      await held.release();
      await pressroom.waitFor(id, 'succeeded');
    });
  });

  describe('on GET /v1/reports/{id}/file', () => {
    const download = (id: string, headers: Record<string, string>) =>
      pressroom.call('GET', `/v1/reports/${id}/file`, { headers });

    it('answers with the file when the report has succeeded', async () => {
      const { id, held } = await hold();
      const file = download(id, { ...long, range: 'bytes=0-3' });
      await isWatched(id);
      await held.release();
      const answer = await file;
      expect(answer.status).toBe(206);
      expect(answer.text).toBe('%PDF');
    });

    it('answers 409 when the time ran out, and when the report was canceled', async () => {
      const { id, held } = await hold();
      const late = await download(id, { prefer: 'wait=1' });
      expect({ status: late.status, code: late.body.code }).toEqual({ status: 409, code: 'report-not-ready' });
      expect(late.headers.get('retry-after')).toMatch(/^\d+$/);
      const canceled = download(id, long);
      await isWatched(id);
      await pressroom.call('POST', `/v1/reports/${id}/cancel`);
      expect((await canceled).body).toMatchObject({ code: 'report-not-successful', currentStatus: 'canceled' });
      await held.release();
    });
  });

  it('holds no database connection while it waits', async () => {
    const { id, held } = await hold();
    const key = await pressroom.createKey();
    const answers = Array.from({ length: 20 }, (_, index) => look(id, long, index < 10 ? pressroom.key : key));
    // All five connections of the pool are free for others.
    const others = await Promise.all(Array.from({ length: 20 }, () => pressroom.call('GET', '/v1/reports')));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    await held.release();
    for (const { status, body } of await Promise.all(answers))
      expect({ status, report: body.status }).toEqual({ status: 200, report: 'succeeded' });
  });

  const oneRefused = [...Array.from({ length: 10 }, () => 200), 429];

  /** Eleven wait with one key, of which the first that is answered was refused. */
  async function waitByEleven(id: string, key: string) {
    const waiting = Array.from({ length: 11 }, () => look(id, long, key));
    const refused = await Promise.race(waiting);
    expect(refused.status).toBe(429);
    return { refused, waiting };
  }

  it('answers 429 to an eleventh wait of a key, and lets a submission through without waiting', async () => {
    const { id, held } = await hold();
    const key = await pressroom.createKey();
    const { refused, waiting } = await waitByEleven(id, key);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'quota-exceeded', status: 429 });
    const submitted = await pressroom.submit(salesRequest, long, key);
    expect({ status: submitted.status, applied: applied(submitted) }).toEqual({ status: 202, applied: null });
    expect((await look(id, {}, key)).status).toBe(200);
    const file = await pressroom.call('GET', `/v1/reports/${id}/file`, { headers: long, key });
    expect(file.body.code).toBe('report-not-ready');
    const other = look(id, long); // a place of another key
    await held.release();
    expect((await Promise.all(waiting)).map(({ status }) => status).sort()).toEqual(oneRefused);
    expect((await other).body.status).toBe('succeeded');
    expect((await look(id, long, key)).status).toBe(200);
  });

  it('gives the place of a client that went away to another at once: 400 that hang up leave nothing', async () => {
    const { id, held } = await hold();
    const key = await pressroom.createKey();
    const openFiles = async () => (await readdir(`/proc/${pressroom.api.pid}/fd`)).length;
    const hangUp = (path: string) =>
      sendRaw(
        pressroom.url,
        [`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nPrefer: wait=55\r\n\r\n`],
        { hangUpAfterMs: 30 },
      );
    const before = await openFiles();
    for (let round = 0; round < 40; round++) {
      const path = `/v1/reports/${id}${round % 2 === 0 ? '' : '/file'}`;
      await Promise.all(Array.from({ length: 10 }, () => hangUp(path)));
    }
    // Ten can wait again, which they could not if one of the 400 still had its place.
    const { waiting } = await waitByEleven(id, key);
    await held.release();
    expect((await Promise.all(waiting)).map(({ status }) => status).sort()).toEqual(oneRefused);
    await until('its connections are closed', async () => ((await openFiles()) <= before + 15 ? true : undefined));
  });

  it('still answers when the connection that listens is cut, again and again', async () => {
    for (let round = 0; round < 3; round++) {
      const { id, held } = await hold();
      const ended = look(id, long);
      await isWatched(id);
      await until('somebody listens', async () => {
        const cut = await pressroom.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'pressroom-listen'`,
        );
        return cut.length > 0 ? true : undefined;
      });
      await held.release();
      expect((await ended).body.status).toBe('succeeded');
    }
  });

  it('answers everybody at once when the process is about to end, which it does with 0', async () => {
    const { id, held } = await hold();
    const next = await pressroom.submit(salesRequest);
    const waiting = [
      look(id, long),
      look(next.body.id, { ...long, 'if-none-match': next.headers.get('etag')! }),
      pressroom.submit(salesRequest, long),
      pressroom.call<ReportBody>('GET', `/v1/reports/${id}/file`, { headers: long }),
    ];
    await until('the submission is stored', async () => {
      const stored = await pressroom.query(`SELECT FROM reports WHERE state = 'queued'`);
      return stored.length > 1 ? true : undefined;
    });
    await isWatched(id);
    const code = pressroom.api.stop();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 202, 409]);
    for (const answer of answers) expect(applied(answer)).toBeNull();
    expect(await code).toBe(0);
    await pressroom.startApi();
    await held.release();
    await pressroom.waitFor(id, 'succeeded');
    await pressroom.waitFor(answers[2]!.body.id, 'succeeded');
  });
});
