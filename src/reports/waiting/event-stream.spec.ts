import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { EventStream } from './event-stream';

describe('EventStream', () => {
  let server: Server;
  let client: Socket;
  let response: ServerResponse;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  });
  afterEach(() => {
    client.destroy();
    server.close();
  });

  const large = { id: 1, type: 'status', data: { text: 'x'.repeat(4 * 2 ** 20) } };

  async function receivedUntil(end: RegExp): Promise<string> {
    let text = '';
    for await (const chunk of client) {
      text += (chunk as Buffer).toString();
      if (end.test(text)) break;
    }
    return text;
  }

  it('comments while there is nothing to tell', async () => {
    const stream = new EventStream(response, { commentMs: 5, stallMs: 1_000 });
    expect(await receivedUntil(/(: still here\n\n[^]*){3}/)).toMatch(/^HTTP[^]*retry: 3000\n\n/);
    stream.end();
  });

  it('writes events in one piece', async () => {
    const stream = new EventStream(response);
    await stream.send([
      { id: 1, type: 'status', data: { status: 'queued', text: 'two\nlines' } },
      { id: 2, type: 'end', data: {} },
    ]);
    stream.end();
    expect(await receivedUntil(/0\r\n\r\n$/)).toContain(
      'id: 1\nevent: status\ndata: {"status":"queued","text":"two\\nlines"}\n\nid: 2\nevent: end\ndata: {}\n\n',
    );
  });

  it('waits for a reader that is slow', async () => {
    client.pause();
    const stream = new EventStream(response);
    const sent = stream.send([large, large]);
    expect(response.writableNeedDrain).toBe(true);
    client.resume();
    await sent;
    expect(response.destroyed).toBe(false);
    stream.end();
  });

  it('cuts off a reader that takes nothing', async () => {
    client.pause();
    const stream = new EventStream(response, { commentMs: 1, stallMs: 20 });
    await stream.send([large, large]);
    expect(response.destroyed).toBe(true);
    stream.end();
  });

  it('does not wait for a reader that has gone', async () => {
    const stream = new EventStream(response);
    client.pause();
    const sent = stream.send([large, large]);
    client.destroy();
    await sent;
    await stream.send([large]);
    stream.end();
  });
});
