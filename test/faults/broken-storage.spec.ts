import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pressroom } from '../support/pressroom';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';
import { recordFigures, sized } from './figures';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings } from './settings';
import { expectWholeFiles } from './whole-files';

/** Makes a report due that was handed back until the storage might work again, as if that time had passed. */
const letTimePass = (pressroom: Pressroom) =>
  pressroom.query(`UPDATE reports SET run_at = now() WHERE state = 'queued' AND run_at > now()`);

/** Reports that were handed back because of the storage, and wait. */
const handedBack = (pressroom: Pressroom) =>
  pressroom.query<{ id: string; failures: number }>(
    `SELECT 'rep_' || replace(id::text, '-', '') AS id, failures FROM reports
      WHERE state = 'queued' AND error->>'code' = 'storage_unavailable'`,
  );

describe('T13: storage that fails in the middle of a file', () => {
  const pressroom = usePressroom({
    workers: 1,
    env: () => ({ ...settings, ...sabotage(['broken-storage'], { BYTE: 1_000 }), PRESSROOM_RENDER_CONCURRENCY: '1' }),
  });

  it('shows no part of it, and costs the report no attempt of its budget', async () => {
    const ledger = new Ledger(pressroom);
    const ids = await ledger.submitAll(letter, { count: sized(25, 200) });
    let tries = 0;
    await until(
      'every report has succeeded',
      async () => {
        for (const { id, failures } of await handedBack(pressroom)) {
          tries++;
          expect({ id, failures }).toEqual({ id, failures: 0 });
          const { status } = await pressroom.call('GET', `/v1/reports/${id}/file`);
          expect([200, 409]).toContain(status); // it may have succeeded since; the oracle reads those files
        }
        await letTimePass(pressroom);
        const open = await pressroom.query(`SELECT FROM reports WHERE state <> 'succeeded'`);
        return open.length === 0 ? true : undefined;
      },
      180_000,
    );
    await expectInvariants(pressroom, ledger);
    await expectWholeFiles(pressroom, ids);
    expect(await pressroom.storedObjects('reports')).toHaveLength(ids.length); // and nothing half made beside them
    expect(tries).toBeGreaterThan(0);
    recordFigures('T13', { reports: ids.length, partialServed: 0, failuresCounted: 0, left: 0 });
  });
});

const noTmpfs = whyNoTmpfs();
const describeWithTmpfs = noTmpfs === undefined ? describe : describe.skip;
if (noTmpfs !== undefined) process.stderr.write(`T12 is skipped: no tmpfs can be mounted here: ${noTmpfs}\n`);

describeWithTmpfs('T12: a storage that is full', () => {
  const pressroom = usePressroom({ workers: 2, env: () => ({ ...settings, PRESSROOM_MIN_FREE_SPACE: '0' }) });
  beforeAll(() => {
    const { storageDirectory } = pressroom;
    mkdirSync(storageDirectory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', storageDirectory]);
    pressroom.atEnd(() => execFileSync('umount', ['--lazy', storageDirectory]));
  });

  it('delays reports, and damages none', async () => {
    const ledger = new Ledger(pressroom);
    const ballast = join(pressroom.storageDirectory, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(32 * 2 ** 20))).toThrow('ENOSPC'); // takes all that there is
    const ids = await ledger.submitAll(letter, { count: sized(10, 50) });
    await until('each was tried', async () => ((await handedBack(pressroom)).length === ids.length ? true : undefined));
    expect(await pressroom.storedObjects('reports')).toEqual([]);
    rmSync(ballast);
    const freed = performance.now();
    await letTimePass(pressroom);
    await expectInvariants(pressroom, ledger);
    await expectWholeFiles(pressroom, ids);
    const counted = await pressroom.query(`SELECT FROM reports WHERE failures > 0 OR state <> 'succeeded'`);
    expect(counted).toEqual([]);
    recordFigures('T12', {
      reports: ids.length,
      corrupt: 0,
      partialServed: 0,
      failuresCounted: 0,
      msFromSpaceToLast: Math.round(performance.now() - freed),
    });
  });
});

/** Why this machine cannot give a test a small file system; undefined when it can. */
function whyNoTmpfs(): string | undefined {
  const place = join(tmpdir(), `pressroom-tmpfs-${process.pid}`);
  mkdirSync(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'pipe' });
    execFileSync('umount', [place]);
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  } finally {
    rmSync(place, { recursive: true });
  }
}
