import { freePort } from '../../src/embedded/free-port';
import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';

/** One sample of an exposition: its name with its labels, as they are written. */
type Samples = Map<string, number>;

describe('the metrics', () => {
  const pressroom = usePressroom({ workers: 0, env: () => ({ PRESSROOM_AUDIT_INTERVAL: '200ms' }) });
  const ports = { api: 0, worker: 0 };
  beforeAll(async () => {
    Object.assign(ports, { api: await freePort(), worker: await freePort() });
    await pressroom.api.stop();
    await pressroom.startApi({ METRICS_PORT: String(ports.api) });
    await pressroom.startWorker({ METRICS_PORT: String(ports.worker) });
    await pressroom.putTemplate();
  });

  async function scrape(process: keyof typeof ports): Promise<Samples> {
    const answer = await fetch(`http://127.0.0.1:${ports[process]}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  /** Gauges are looked up anew every few seconds, so this asks until they have come to a value. */
  const untilScraped = (process: keyof typeof ports, expected: Record<string, number>) =>
    until(JSON.stringify(expected), async () => {
      const samples = await scrape(process);
      return Object.entries(expected).every(([name, value]) => samples.get(name) === value) ? samples : undefined;
    });

  it('count what the worker has done', async () => {
    for (let i = 0; i < 3; i++) await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
    const samples = await untilScraped('worker', {
      'pressroom_attempt_duration_seconds_count{outcome="succeeded"}': 3,
      'pressroom_queue_wait_seconds_count{lane="short"}': 3,
      pressroom_renders_running: 0,
      pressroom_postgres_up: 1,
      pressroom_redis_up: 1,
      pressroom_pages_total: 3,
      'pressroom_reports{state="queued"}': 0,
      pressroom_oldest_queued_seconds: 0,
      'pressroom_webhook_deliveries{state="pending"}': 0,
      'pressroom_invariant_violations{invariant="every_report_ends"}': 0,
    });
    expect(samples.get('pressroom_loop_last_success_timestamp_seconds{loop="DispatchLoop"}')).toBeGreaterThan(1.7e9);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect([...samples.keys()]).toEqual(expect.arrayContaining(['nodejs_eventloop_lag_p99_seconds']));
  });

  it('count what the API has answered', async () => {
    const samples = await untilScraped('api', {
      'pressroom_reports_accepted_total{operation="reports"}': 3,
      'pressroom_http_request_duration_seconds_count{method="POST",route="/v1/reports",status="202"}': 3,
      pressroom_waiters: 0,
      pressroom_event_streams: 0,
    });
    expect(samples.get('pressroom_rings_total{outcome="taken"}')).toBeGreaterThanOrEqual(1);
  });

  it('show what waits, what runs, and who watches', async () => {
    const { id, held } = await holdReport(pressroom);
    const waiting = await pressroom.accept(salesRequest);
    const leave = new AbortController();
    const watching = pressroom.call('GET', `/v1/reports/${waiting}/events`, { signal: leave.signal });
    const samples = await untilScraped('api', {
      'pressroom_reports{state="queued"}': 1,
      'pressroom_reports{state="running"}': 1,
      pressroom_waiters: 1,
      pressroom_event_streams: 1,
    });
    expect(samples.get('pressroom_oldest_queued_seconds')).toBeGreaterThan(0);
    leave.abort();
    await expect(watching).rejects.toThrow();
    await untilScraped('api', { pressroom_waiters: 0, pressroom_event_streams: 0 });
    await held.release();
    for (const report of [id, waiting]) await pressroom.waitFor(report, 'succeeded');
  });

  it('tell when a promise is broken', async () => {
    const id = await pressroom.accept(salesRequest);
    await pressroom.waitFor(id, 'succeeded');
    await pressroom.query(`UPDATE report_files SET attempt = attempt + 1 WHERE report_id = $1`, [uuidOf(id)]);
    await pressroom.query(`DELETE FROM report_events WHERE report_id = $1 AND data->>'to' = 'running'`, [uuidOf(id)]);
    await untilScraped('worker', {
      'pressroom_invariant_violations{invariant="file_is_of_the_last_attempt"}': 1,
      'pressroom_invariant_violations{invariant="only_known_changes_of_state"}': 1,
      'pressroom_invariant_violations{invariant="succeeded_has_its_file"}': 0,
    });
    expect(pressroom.output).toContain('an invariant is broken');
  });

  it('have names and units as Prometheus has them', async () => {
    const names = [...(await scrape('api')).keys(), ...(await scrape('worker')).keys()].filter((name) =>
      name.startsWith('pressroom_'),
    );
    expect(names.filter((name) => !/^pressroom_[a-z_]+(\{.*\})?$/.test(name))).toEqual([]);
    expect(names.filter((name) => /_ms|_millis|_minutes/.test(name))).toEqual([]);
  });

  it('are at /metrics only, and nowhere on the port of the API', async () => {
    expect((await fetch(`http://127.0.0.1:${ports.api}/v1/reports`)).status).toBe(404);
    expect((await pressroom.call('GET', '/metrics')).status).toBe(404);
  });
});
