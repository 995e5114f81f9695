import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReportBody } from '../support/bodies';
import type { Pressroom } from '../support/pressroom';

interface Load {
  count: number;
  /** Requests at once; 8 by default. */
  concurrency?: number;
  /** Pause of each sender between two requests. */
  pauseMs?: number;
}

const answerWithinMs = 15_000;

/**
 * A client that keeps what it was told, to hold the service to it. It sends each request with a key, and again and
 * again with the same key until it is accepted, as a client must that wants it done once.
 */
export class Ledger {
  /** The ids that each key was answered with: one, if the service keeps its word. */
  readonly idsByKey = new Map<string, Set<string>>();
  /** Reports whose cancellation was answered with 2xx. */
  readonly canceled = new Set<string>();
  /** How often each status was answered; 0 counts requests without an answer. */
  readonly answers = new Map<number, number>();
  /** Milliseconds to each answer. */
  readonly waits: number[] = [];
  /** Begins every key that it makes up itself. */
  readonly prefix = randomUUID();
  private sent = 0;
  private asked = 0;

  /** @param urls of the APIs that it asks in turn; the one that was started last where nothing is said */
  constructor(
    private readonly pressroom: Pressroom,
    private readonly urls?: readonly string[],
  ) {}

  get accepted(): string[] {
    return [...this.idsByKey.values()].flatMap((ids) => [...ids]);
  }

  /** Requests without an answer, or with 5xx. */
  get unanswered(): number {
    return [...this.answers].reduce((sum, [status, count]) => (status === 0 || status >= 500 ? sum + count : sum), 0);
  }

  /** Sends requests until each was accepted. */
  async submitAll(body: object, load: Load): Promise<string[]> {
    const { count, concurrency = 8, pauseMs = 0 } = load;
    const ids: string[] = [];
    let next = 0;
    const send = async (): Promise<void> => {
      while (next < count) {
        next++;
        ids.push(await this.submit(body));
        if (pauseMs > 0) await wait(pauseMs);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, send));
    return ids;
  }

  /** Sends requests, each until it was accepted, until the signal. */
  async submitUntil(over: AbortSignal, body: object, { clients, pauseMs }: { clients: number; pauseMs: number }) {
    const send = async (): Promise<void> => {
      while (!over.aborted) {
        await this.submit(body);
        await wait(pauseMs);
      }
    };
    await Promise.all(Array.from({ length: clients }, send));
  }

  /** Sends a request until it was accepted; waits for ever when the tests are over before that, as nobody listens. */
  async submit(body: object, key = `${this.prefix}-${this.sent++}`): Promise<string> {
    while (!this.pressroom.ending.aborted) {
      const id = await this.submitOnce(body, key);
      if (id !== undefined) return id;
      await wait(100);
    }
    return new Promise<never>(() => undefined);
  }

  /** @returns the id, or undefined when the service did not answer, or asked for another try */
  async submitOnce(body: object, key: string): Promise<string | undefined> {
    const answer = await this.ask<ReportBody>('POST', '/v1/reports', { body, headers: { 'idempotency-key': key } });
    if (answer?.status !== 202) {
      if (answer !== undefined && answer.status < 500 && ![409, 429].includes(answer.status))
        throw new Error(`The request was refused: ${answer.status} ${answer.text}`);
      return undefined;
    }
    const { id } = answer.body;
    this.idsByKey.set(key, (this.idsByKey.get(key) ?? new Set()).add(id));
    return id;
  }

  /** Asks for a cancellation once. */
  async cancel(id: string): Promise<number> {
    const status = (await this.ask('POST', `/v1/reports/${id}/cancel`))?.status ?? 0;
    if (status === 200 || status === 202) this.canceled.add(id);
    return status;
  }

  private async ask<T>(...call: Parameters<Pressroom['call']>) {
    const started = performance.now();
    const [method, path, options] = call;
    const signal = AbortSignal.timeout(answerWithinMs);
    const url = this.urls?.[this.asked++ % this.urls.length] ?? this.pressroom.url;
    const answer = await this.pressroom.call<T>(method, path, { ...options, signal, url }).catch(() => undefined);
    const status = answer?.status ?? 0;
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (answer) this.waits.push(performance.now() - started);
    return answer;
  }
}
