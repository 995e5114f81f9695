import { readdir } from 'node:fs/promises';
import type { ProblemBody } from '../support/bodies';
import { salesRequest } from '../support/definitions';
import type { ReceivedEvent } from '../support/event-source';
import { EventReader } from '../support/event-source';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { sendRaw } from '../support/raw-http';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';

describe('GET /v1/reports/{id}/events', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({ env: () => ({ DATABASE_URL: way.to(pressroom.databaseUrl) }) });
  beforeAll(() => pressroom.putTemplate());

  // Released also by a test that fails, for the sake of those after it.
  let lastHeld: { release: () => Promise<void> } | undefined;
  const hold = async () => {
    const report = await holdReport(pressroom);
    lastHeld = report.held;
    return report;
  };
  afterEach(() => lastHeld?.release());

  const finish = async () => {
    const { body } = await pressroom.submit(salesRequest, { prefer: 'wait=55' });
    expect(body.status).toBe('succeeded');
    return body.id;
  };
  const versionOf = async (id: string) =>
    (await pressroom.call('GET', `/v1/reports/${id}`)).headers.get('etag')!.slice(2, -1);
  const brief = (events: readonly ReceivedEvent[]) => events.map(({ type, data }) => `${type} ${data.status}`);

  it('tells a report from its acceptance to its end, by versions, and closes', async () => {
    const { id: running, held } = await hold();
    const id = await pressroom.accept(salesRequest);
    const reader = await EventReader.open(pressroom, id);
    expect(reader.response.status).toBe(200);
    expect(Object.fromEntries(reader.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-cache',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String) as string,
    });
    const first = await reader.next();
    expect(first).toMatchObject({ id: '1', type: 'status', data: { id, status: 'queued', attempt: 0 } });
    expect(reader.text).toMatch(/^retry: 3000\n\n/);
    await held.release();
    const events = [first!, ...(await reader.rest())];
    expect(brief(events).filter((event) => !event.startsWith('progress'))).toEqual([
      'status queued',
      'status running',
      'status succeeded',
      'end succeeded',
    ]);
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(events.at(-1)!.id).toBe(await versionOf(id));
    expect(events.at(-1)!.data).toEqual(await pressroom.report(id));
    expect(events[1]!.data.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    await pressroom.waitFor(running, 'succeeded');
  });

  it('is what the resource links to', async () => {
    const { id, links } = await pressroom.report(await finish());
    expect(links.events).toBe(`/v1/reports/${id}/events`);
  });

  it('tells progress no more than twice a second', async () => {
    const { id, held } = await hold();
    const reader = await EventReader.open(pressroom, id);
    const progress: ReceivedEvent[] = [];
    for (let event = await reader.next(); event?.type !== 'end'; event = await reader.next()) {
      if (event?.type === 'progress') progress.push(event);
      if (progress.length === 4) await held.release();
    }
    expect(progress[0]!.data).toMatchObject({
      id,
      status: 'running',
      attempt: 1,
      cancelRequestedAt: null,
      progress: { phase: expect.any(String) as string, rows: expect.any(Number) as number },
    });
    // Of any three, the first and the third lie a second apart; the network may bring the two closer by a little.
    for (const [index, event] of progress.slice(2).entries())
      expect(event.at - progress[index]!.at).toBeGreaterThan(900);
  });

  it('tells a new reader of a running report what it is, not what it was', async () => {
    const { id, held } = await hold();
    const reader = await EventReader.open(pressroom, id);
    expect(await reader.next()).toMatchObject({ type: 'status', data: { status: 'running', attempt: 1 } });
    await held.release();
    await reader.rest();
  });

  it('gives the end of a report that has ended already, with its last status before it', async () => {
    const id = await finish();
    const events = await (await EventReader.open(pressroom, id)).rest();
    expect(brief(events)).toEqual(['status succeeded', 'end succeeded']);
  });

  it('tells why a report failed', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    const events = await (await EventReader.open(pressroom, id, { lastEventId: '0' })).rest();
    expect(brief(events)).toContain('end failed');
    expect(events.at(-2)!.data).toMatchObject({ status: 'failed', error: 'data_invalid' });
    expect(events.at(-1)!.data).toMatchObject({ status: 'failed', error: { code: 'data_invalid' } });
  });

  it('replays everything after Last-Event-ID', async () => {
    const id = await finish();
    const all = await (await EventReader.open(pressroom, id, { lastEventId: '0' })).rest();
    expect(brief(all)).toEqual(['status queued', 'status running', 'status succeeded', 'end succeeded']);
    const after = async (lastEventId: string) =>
      brief(await (await EventReader.open(pressroom, id, { lastEventId })).rest());
    expect(await after(all[0]!.id)).toEqual(brief(all.slice(1)));
    expect(await after(all[1]!.id)).toEqual(brief(all.slice(2)));
  });

  it('tells the end to a reader that was cut off between the last status and the end', async () => {
    const id = await finish();
    const [status] = await (await EventReader.open(pressroom, id)).rest();
    const cutOff = async () => brief(await (await EventReader.open(pressroom, id, { lastEventId: status!.id })).rest());
    expect(await cutOff()).toEqual(['status succeeded', 'end succeeded']);
    // The end is another one by now: with it comes what has become of the report since then.
    await pressroom.query(`UPDATE reports SET file_expires_at = now() WHERE id = $1`, [uuidOf(id)]);
    await until('it is expired', async () => ((await cutOff()).includes('status expired') ? true : undefined));
    const [expired, end] = await (await EventReader.open(pressroom, id)).rest();
    expect(Number(expired!.id)).toBeLessThan(Number(end!.id));
    const { response } = await EventReader.open(pressroom, id, { lastEventId: expired!.id });
    expect(response.status).toBe(200);
    await response.body!.cancel();
  });

  it('answers 204 to a reader that has seen the end', async () => {
    const id = await finish();
    const [, end] = await (await EventReader.open(pressroom, id)).rest();
    const { response } = await EventReader.open(pressroom, id, { lastEventId: end!.id });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    // Also when the file has expired since then.
    await pressroom.query(`UPDATE reports SET file_expires_at = now() WHERE state = 'succeeded'`);
    await pressroom.waitFor(id, 'expired');
    expect((await EventReader.open(pressroom, id, { lastEventId: end!.id })).response.status).toBe(204);
  });

  it.each(['', 'x', '-1', '1.5', '99999999999999999999', '999999'])(
    'passes over Last-Event-ID %j',
    async (lastEventId) => {
      const { id, held } = await hold();
      const reader = await EventReader.open(pressroom, id, { lastEventId });
      expect(await reader.next()).toMatchObject({ type: 'status', data: { status: 'running' } });
      reader.close();
      await held.release();
      await pressroom.waitFor(id, 'succeeded');
    },
  );

  it('tells that a running report is being canceled, and its end', async () => {
    const { id, held } = await hold();
    const reader = await EventReader.open(pressroom, id);
    await reader.next();
    await pressroom.call('POST', `/v1/reports/${id}/cancel`);
    const events = await reader.rest();
    expect(brief(events).slice(-2)).toEqual(['status canceled', 'end canceled']);
    await held.release();
  });

  it('answers 406 where Accept excludes it, and 404 for what is not there', async () => {
    const id = await finish();
    const path = `/v1/reports/${id}/events`;
    const excluded = await pressroom.call('GET', path, { headers: { accept: 'application/json' } });
    expect({ status: excluded.status, code: excluded.body.code }).toEqual({ status: 406, code: 'not-acceptable' });
    expect(excluded.body.detail).toContain('text/event-stream');
    expect((await pressroom.call('GET', `/v1/reports/rep_${'0'.repeat(32)}/events`)).status).toBe(404);
    const stranger = await pressroom.createKey('stranger');
    expect((await pressroom.call('GET', path, { key: stranger })).status).toBe(404);
    expect((await pressroom.call('GET', path, { key: null })).status).toBe(401);
  });

  it('answers HEAD with the headers and no stream', async () => {
    const { id, held } = await hold();
    const head = await pressroom.call('HEAD', `/v1/reports/${id}/events`);
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('text/event-stream');
    expect(head.bytes).toHaveLength(0);
    await held.release();
    await pressroom.waitFor(id, 'succeeded');
  });

  it('answers 429 to an eleventh stream of a key', async () => {
    const { id, held } = await hold();
    const key = await pressroom.createKey();
    const readers = await Promise.all(Array.from({ length: 10 }, () => EventReader.open(pressroom, id, { key })));
    const { response } = await EventReader.open(pressroom, id, { key });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(((await response.json()) as ProblemBody).code).toBe('quota-exceeded');
    // Waiting with Prefer takes of the same places.
    const headers = { prefer: 'wait=55' };
    expect((await pressroom.call('GET', `/v1/reports/${id}`, { headers, key })).status).toBe(429);
    await held.release();
    for (const reader of readers) expect(brief(await reader.rest()).at(-1)).toBe('end succeeded');
  });

  it('leaves nothing of 400 readers that hang up', async () => {
    const { id, held } = await hold();
    const key = await pressroom.createKey();
    const openFiles = async () => (await readdir(`/proc/${pressroom.api.pid}/fd`)).length;
    const before = await openFiles();
    const request = `GET /v1/reports/${id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`;
    for (let round = 0; round < 40; round++)
      await Promise.all(Array.from({ length: 10 }, () => sendRaw(pressroom.url, [request], { hangUpAfterMs: 30 })));
    await until('all ten places of the key are free', async () => {
      const readers = await Promise.all(Array.from({ length: 10 }, () => EventReader.open(pressroom, id, { key })));
      for (const reader of readers) reader.close();
      return readers.every(({ response }) => response.status === 200) ? true : undefined;
    });
    await until('its connections are closed', async () => ((await openFiles()) <= before + 15 ? true : undefined));
    await held.release();
    await pressroom.waitFor(id, 'succeeded');
  });

  it('goes on when Postgres was away', async () => {
    const { id, held } = await hold();
    const reader = await EventReader.open(pressroom, id);
    await reader.next();
    await way.turnOff();
    await held.release();
    await way.turnOn();
    expect(brief(await reader.rest()).at(-1)).toBe('end succeeded');
  });

  it('ends its streams when the process is about to end, and goes on with another', async () => {
    const { id, held } = await hold();
    const reader = await EventReader.open(pressroom, id);
    const seen = await reader.next();
    const code = pressroom.api.stop();
    const before = await reader.rest();
    expect(before.some(({ type }) => type === 'end')).toBe(false);
    expect(await code).toBe(0);
    await pressroom.startApi();
    const again = await EventReader.open(pressroom, id, { lastEventId: before.at(-1)?.id ?? seen!.id });
    await held.release();
    const after = await again.rest();
    expect(brief(after).filter((event) => !event.startsWith('progress'))).toEqual([
      'status succeeded',
      'end succeeded',
    ]);
  });
});
