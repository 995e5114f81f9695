import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';

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

/** Where to cut a connection: at what the client sends, before the server has it or before the client has the answer. */
interface Cut {
  text: string;
  side: 'before' | 'after';
  /** Every n-th time. */
  every: number;
}

/** A way to a server that can be turned off and on again: off, connections are cut and new ones are refused. */
class Switch {
  /** Connections that were cut by {@link cutAt}. */
  cuts = 0;
  private server: Server | undefined;
  private port = 0;
  private target: URL | undefined;
  private cut: Cut | undefined;
  private seen = 0;
  private isFrozen = false;
  private readonly sockets = new Set<Socket>();

  /** Where it leads to from now on; returns the same address, by this way. */
  to(url: string): string {
    this.target = new URL(url);
    return Object.assign(new URL(url), { host: `127.0.0.1:${this.port}` }).href;
  }

  async turnOn(): Promise<void> {
    if (this.server) return;
    const server = createServer((incoming) => {
      this.sockets.add(incoming);
      incoming.on('error', () => undefined); // ends in close
      incoming.on('close', () => this.sockets.delete(incoming));
      if (!this.isFrozen) this.lead(incoming);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async turnOff(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    this.isFrozen = false;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  /**
   * From now on nothing is passed on any more, and nobody is told: connections stay open, new ones are taken, and both
   * ends wait, as when a firewall between them has forgotten the connection.
   */
  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Leads new connections on again. Those of before stay as dead as they are. */
  thaw(): void {
    this.isFrozen = false;
  }

  /** From now on resets connections at a text that clients send; undefined ends that. */
  cutAt(cut: Cut | undefined): void {
    this.cut = cut;
    this.seen = 0;
  }

  private lead(incoming: Socket): void {
    const outgoing = connect(Number(this.target!.port), this.target!.hostname);
    this.sockets.add(outgoing);
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => {
      this.sockets.delete(outgoing);
      if (!this.isFrozen) incoming.destroy();
    });
    incoming.on('close', () => outgoing.destroy());
    let isToBeCut = false;
    const reset = () => {
      this.cuts++;
      incoming.resetAndDestroy();
      outgoing.destroy();
    };
    const there = new Transform({
      transform: (chunk: Buffer, _, done) => {
        const side = this.sideToCut(chunk);
        isToBeCut ||= side === 'after';
        if (side === 'before') reset();
        else done(null, chunk);
      },
    });
    const back = new Transform({
      transform: (chunk: Buffer, _, done) => (isToBeCut ? reset() : done(null, chunk)),
    });
    incoming.pipe(there).pipe(outgoing);
    outgoing.pipe(back).pipe(incoming);
  }

  private sideToCut(chunk: Buffer): Cut['side'] | undefined {
    const { cut } = this;
    return cut !== undefined && chunk.includes(cut.text) && ++this.seen % cut.every === 0 ? cut.side : undefined;
  }
}
