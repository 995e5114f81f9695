import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A way to a server that is off before the tests of a file, and is gone after them. */
export function useSwitch(): Switch {
  const way = new Switch();
  beforeAll(async () => {
    await way.turnOn(); // takes a port, which it keeps
    await way.turnOff();
  });
  afterAll(() => way.turnOff());
  return way;
}

/** A way to a server that can be turned off and on again: off, connections are cut and new ones are refused. */
class Switch {
  private server: Server | undefined;
  private port = 0;
  private target: URL | undefined;
  private readonly sockets = new Set<Socket>();

  /** Where it leads to from now on; returns the same address, by this way. */
  to(url: string): string {
    this.target = new URL(url);
    return Object.assign(new URL(url), { host: `127.0.0.1:${this.port}` }).href;
  }

  async turnOn(): Promise<void> {
    if (this.server) return;
    const server = createServer((incoming) => {
      const outgoing = connect(Number(this.target!.port), this.target!.hostname);
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => undefined); // ends in close
        socket.on('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async turnOff(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
