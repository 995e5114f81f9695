import type Redis from 'ioredis';

const intervalMs = 1_000;

/**
 * Replaces a connection whose other end has vanished without a word: TCP itself takes a quarter of an hour to give up
 * what it has sent, and ioredis keeps a connection whose commands have timed out. Each look asks for an answer by PING;
 * a connection over which nothing at all has come for too long is cut, and comes back by itself.
 */
export class SilenceWatch {
  private readonly timer: NodeJS.Timeout;
  private stream: Redis['stream'] | undefined;
  private bytesRead = 0;
  private heardAt = 0;
  private isAsking = false;

  /**
   * @param longestSilenceMs longer than any command waits in Redis
   * @param onCut is told of each connection that was cut, and how long it had been silent
   */
  constructor(
    private readonly client: Redis,
    private readonly longestSilenceMs: number,
    private readonly onCut: (silentMs: number) => void,
  ) {
    this.timer = setInterval(() => this.look(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { client } = this;
    if (client.status !== 'ready') return;
    const now = performance.now();
    const { stream } = client;
    if (stream !== this.stream || stream.bytesRead !== this.bytesRead) {
      this.stream = stream;
      this.bytesRead = stream.bytesRead;
      this.heardAt = now;
    }
    const silentMs = now - this.heardAt;
    if (silentMs > this.longestSilenceMs) {
      this.heardAt = now;
      this.onCut(Math.round(silentMs));
      client.disconnect(true);
    } else if (!this.isAsking) {
      this.isAsking = true; // one question at a time: they wait behind a command that waits for a job
      const asked = () => {
        this.isAsking = false;
      };
      client.ping().then(asked, asked);
    }
  }
}
