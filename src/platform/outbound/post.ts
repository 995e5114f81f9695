import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Destination } from './outbound-guard';

/** No more than this is read of an answer, and for no longer, before the connection is cut. */
const maxAnswerBytes = 4 * 1024;
const maxAnswerMs = 1_000;

/** What an answer says outside of its body, which nobody reads. */
export interface PostAnswer {
  status: number;
  retryAfter: string | undefined;
}

/**
 * Posts to a place that the guard has found, over a connection of its own to one of exactly those addresses. Redirects
 * are not followed, and no proxy is used.
 *
 * @param signal ends the request, wherever it is
 * @throws Error of Node's HTTP client
 */
export async function post(
  { url, addresses }: Destination,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    lookup: pinnedTo(addresses),
    signal,
  });
  const answered = answerOf(request);
  request.end(body);
  const response = await answered;
  await Promise.race([drain(response), wait(maxAnswerMs, undefined, { signal: doneWith(response) }).catch(() => {})]);
  request.destroy();
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
}

/** Answers a look-up with what is known already, so that a name cannot come to stand for another address meanwhile. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all }, done) => {
    if (all) done(null, entries);
    else done(null, entries[0]!.address, entries[0]!.family);
  };
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    request.once('close', () => reject(new Error('The connection was closed before an answer came')));
  });
}

function doneWith(response: IncomingMessage): AbortSignal {
  const done = new AbortController();
  response.once('close', () => done.abort());
  return done.signal;
}

/** Lets a short answer arrive, so that its sender sees the connection end in order. */
async function drain(response: IncomingMessage): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of response) {
      size += (chunk as Buffer).length;
      if (size >= maxAnswerBytes) return;
    }
  } catch {
    // The status has come; how the rest of the answer fails changes nothing.
  }
}
