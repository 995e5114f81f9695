/** The service as `npm start` runs it, with a home that is thrown away, and a client of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const start = fileURLToPath(new URL('../dist/embedded/start.js', import.meta.url));

/** A directory for a service's data, which the user of its Postgres can enter even if we are root. */
export function makeHome() {
  const home = mkdtempSync(join(tmpdir(), 'pressroom-bench-home-'));
  chmodSync(home, 0o711);
  return home;
}

/**
 * Starts the service, measures, and stops it.
 *
 * @param home directory of its data; another run may go on with it
 * @param env settings beside those of every benchmark: any free port, and no limit of requests
 * @param measure is given `call(method, path, body)`, a client with the development key, and what `ready.json` says
 */
export async function withService(home, env, measure) {
  const ready = join(home, 'ready.json');
  const child = spawn(process.execPath, [start], {
    env: {
      ...process.env,
      PRESSROOM_HOME: home,
      PORT: '0',
      LOG_LEVEL: 'warn',
      PRESSROOM_RATE_LIMIT: '1000000',
      PRESSROOM_RATE_BURST: '1000000',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    while (!existsSync(ready)) {
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
      await wait(50);
    }
    const service = JSON.parse(readFileSync(ready, 'utf8'));
    const authorization = `Bearer ${service.apiKey}`;
    const call = (method, path, body, options) => send(method, service.url + path, body, { authorization, ...options });
    await measure({ ...service, call });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/**
 * @param body sent as JSON; a stream is sent as it is, with `mediaType`
 * @param into stream that takes the answer's body, which else is the text `body` of what is returned
 */
export async function send(method, url, body, { authorization, mediaType = 'application/json', into } = {}) {
  const headers = {
    ...(authorization && { authorization }),
    ...(body === undefined ? {} : { 'content-type': mediaType }),
  };
  const outgoing = request(url, { method, agent, headers });
  if (typeof body?.pipe === 'function') body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
  else outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(outgoing, 'response');
  const status = response.statusCode;
  if (into) {
    await finished(response.pipe(into));
    return { status };
  }
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status, body: text };
}
