import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Problem } from './problem';

/** The report resource, as far as the demo reads it. */
export interface Report {
  id: string;
  status: string;
  progress?: { phase?: string | null; percent?: number | null; rows?: number | null; pages?: number | null } | null;
  file?: { pages?: number | null } | null;
  error?: { code?: string; detail?: string } | null;
}

/** A call to our public HTTP API and nothing else: what any client would do. */
export interface DemoClient {
  /** Any answer but 2xx is thrown as a Problem that shows what the API said. */
  call: (method: string, path: string, body?: RequestBody) => Promise<Response>;
  /** Writes an answer's body to a file that appears only when it is whole. Its digest must match `Repr-Digest`. */
  download: (path: string, file: string) => Promise<{ size: number; digest: string }>;
}

interface RequestBody {
  type: string;
  /** Text, or the path of a file that is streamed. */
  content: string | { file: string };
}

/** @param signal ends a call that is under way */
export function demoClient(url: string, apiKey: string, signal: AbortSignal): DemoClient {
  const authorization = `Bearer ${apiKey}`;
  const call: DemoClient['call'] = async (method, path, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      signal,
      headers: body === undefined ? { authorization } : { authorization, 'content-type': body.type },
      ...(body === undefined ? {} : encode(body.content)),
    });
    if (response.ok) return response;
    throw new Problem(`${method} ${path} was answered with ${response.status}:`, [await response.text()]);
  };
  return { call, download: async (path, file) => save(await call('GET', path), file) };
}

function encode(content: RequestBody['content']): RequestInit & { duplex?: 'half' } {
  if (typeof content === 'string') return { body: content };
  return { body: Readable.toWeb(createReadStream(content.file)), duplex: 'half' };
}

async function save(response: Response, file: string): Promise<{ size: number; digest: string }> {
  const unfinished = `${file}.part`;
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), measure, createWriteStream(unfinished));
    const digest = hash.digest();
    const promised = response.headers.get('repr-digest');
    if (promised !== `sha-256=:${digest.toString('base64')}:`)
      throw new Problem(`The file does not match its digest: Repr-Digest says ${promised ?? 'nothing'}.`);
    renameSync(unfinished, file);
    return { size, digest: digest.toString('hex') };
  } finally {
    rmSync(unfinished, { force: true });
  }
}
