import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

interface Options {
  /** Pause before each further part. */
  pauseMs?: number;
  /** Cut the connection this long after the last part, without reading on. */
  hangUpAfterMs?: number;
  /** Give up after this time; the connection is then said not to be closed. */
  deadlineMs?: number;
}

/** What came back over a connection, up to its end or the deadline. */
export interface RawAnswer {
  text: string;
  /** Status code of the first answer; NaN where there is none. */
  status: number;
  /** Whether the server closed the connection. */
  isClosed: boolean;
}

/** Sends text as it is over a connection of its own: for requests that no HTTP client would make. */
export async function sendRaw(
  url: string,
  parts: readonly string[],
  { pauseMs = 0, hangUpAfterMs, deadlineMs = 10_000 }: Options = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const closed = new Promise<true>((resolve) => socket.once('close', () => resolve(true)));
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined); // a connection that is cut ends in close, which is all we ask
  for (const [index, part] of parts.entries()) {
    if (index > 0) await wait(pauseMs);
    if (socket.writable) socket.write(part, 'latin1');
  }
  const timeUp = new AbortController();
  const late = wait(hangUpAfterMs ?? deadlineMs, false as const, { signal: timeUp.signal }).catch(() => false as const);
  const isClosed = await Promise.race([closed, late]);
  timeUp.abort();
  socket.destroy();
  const text = Buffer.concat(chunks).toString();
  return { text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), isClosed };
}
