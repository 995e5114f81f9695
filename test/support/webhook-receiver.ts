import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it arrived. */
export interface Message {
  id: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

export type Behaviour = (response: ServerResponse, request: IncomingMessage, message: Message) => void;

/** A real receiver of webhooks, which notes what arrives and answers as it is told. */
export class WebhookReceiver {
  readonly messages: Message[] = [];
  /** Requests that have arrived and not been answered to the end. */
  open = 0;
  private readonly server = createServer((request, response) => void this.receive(request, response));
  private behaviour: Behaviour = answer(204);

  /** Starts one, and ends it after the tests of the file. */
  static use(behaviour: Behaviour = answer(204)): WebhookReceiver {
    const receiver = new WebhookReceiver();
    receiver.behaviour = behaviour;
    beforeAll(() => new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve)));
    afterAll(() => {
      receiver.server.closeAllConnections();
      return new Promise((resolve) => receiver.server.close(resolve));
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** How messages are answered from now on. */
  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open++;
    response.once('close', () => this.open--);
    request.on('error', () => undefined); // cut off by the sender: what arrived before counts
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { headers } = request;
    const message = { id: String(headers['webhook-id']), headers, text, body: JSON.parse(text) as Message['body'] };
    this.messages.push(message);
    this.behaviour(response, request, message);
  }
}

export function answer(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => response.writeHead(status, headers).end();
}

export const hang: Behaviour = () => undefined;

export const reset: Behaviour = (_response, request) => request.socket.resetAndDestroy();

/** A status, and then a body without end. */
export function flood(status: number): Behaviour {
  return (response) => {
    response.writeHead(status);
    const block = Buffer.alloc(64 * 1024, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(block));
    };
    response.on('drain', more);
    more();
  };
}

/** A head that comes byte by byte and is never complete. */
export const drip: Behaviour = (_response, request) => {
  const { socket } = request;
  socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 50);
  socket.once('close', () => clearInterval(timer));
  socket.on('error', () => undefined);
};
