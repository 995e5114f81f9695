import type { ServerResponse } from 'node:http';
import { Gauge } from 'prom-client';

const streams = new Gauge({
  name: 'pressroom_event_streams',
  help: 'Streams of server-sent events that are open now.',
});

/** One server-sent event. */
export interface ServerSentEvent {
  id: number;
  type: string;
  data: object;
}

interface Times {
  /** Interval of comments, by which proxies see that the connection is in use, and we that the client has gone. */
  commentMs: number;
  /** A client that takes nothing for this long is cut off. */
  stallMs: number;
}

const defaultTimes: Times = { commentMs: 15_000, stallMs: 30_000 };

/** Server-sent events (WHATWG HTML, §9.2 Server-sent events) on a response that is written to by nobody else. */
export class EventStream {
  private readonly comments: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly times = defaultTimes,
  ) {
    streams.inc();
    response.write('retry: 3000\n\n');
    this.comments = setInterval(() => {
      if (!response.writableNeedDrain) response.write(': still here\n\n');
    }, times.commentMs);
  }

  /** Writes events in one piece; settles when the client has room for more, or has gone. */
  async send(events: readonly ServerSentEvent[]): Promise<void> {
    const text = events.map(({ id, type, data }) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (text.length === 0 || this.response.write(text.join('')) || this.response.destroyed) return;
    await new Promise<void>((resolve) => {
      const stalled = setTimeout(() => this.response.destroy(), this.times.stallMs);
      const settle = () => {
        clearTimeout(stalled);
        this.response.off('drain', settle).off('close', settle);
        resolve();
      };
      this.response.once('drain', settle).once('close', settle);
    });
  }

  end(): void {
    clearInterval(this.comments);
    streams.dec();
    this.response.end();
  }
}
