import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Pressroom } from '../support/pressroom';
import { until } from '../support/until';

/** Waits until Postgres answers us; returns the process of the server, which is the parent of ours. */
export async function postmaster(pressroom: Pressroom): Promise<number> {
  const [backend] = await until('Postgres answers', () =>
    pressroom.query<{ pid: number }>('SELECT pg_backend_pid() AS pid').catch(() => undefined),
  );
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=', '-p', String(backend!.pid)]);
  return Number(stdout);
}
