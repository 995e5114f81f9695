import type { Pressroom } from './pressroom';

/** An event as a client of server-sent events sees it. */
export interface ReceivedEvent {
  id: string;
  type: string;
  data: { id: string; status: string; attempt: number; [member: string]: unknown };
  /** When it came, in milliseconds. */
  at: number;
}

/** A reader of a report's events, who takes them one by one. */
export class EventReader {
  /** All that came so far, as text. */
  text = '';
  private readonly events: AsyncGenerator<ReceivedEvent>;

  private constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {
    this.events = this.parse();
  }

  static async open(
    pressroom: Pressroom,
    id: string,
    { lastEventId, key = pressroom.key }: { lastEventId?: string; key?: string } = {},
  ): Promise<EventReader> {
    const controller = new AbortController();
    const response = await fetch(`${pressroom.url}/v1/reports/${id}/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${key}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: controller.signal,
    });
    return new EventReader(response, controller);
  }

  /** The next event, or undefined when the stream has ended. */
  async next(): Promise<ReceivedEvent | undefined> {
    const result = await this.events.next();
    return result.done ? undefined : result.value;
  }

  /** All events up to the end of the stream. */
  async rest(): Promise<ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    for await (const event of this.events) events.push(event);
    return events;
  }

  close(): void {
    this.controller.abort();
  }

  private async *parse(): AsyncGenerator<ReceivedEvent> {
    let buffer = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true });
      this.text += text;
      buffer += text;
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const fields = new Map(
          buffer
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: (.*)/s) as [string, string]),
        );
        buffer = buffer.slice(end + 2);
        if (!fields.has('data')) continue;
        const data = JSON.parse(fields.get('data')!) as ReceivedEvent['data'];
        yield { id: fields.get('id')!, type: fields.get('event')!, data, at: performance.now() };
      }
    }
  }
}
