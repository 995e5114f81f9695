import type { DataSource } from 'typeorm';
import type { FinishedFile, ReportStateMachine } from '../../src/reports/report-state';
import type { Fence } from '../../src/reports/report-state';
import type { ReportState } from '../../src/reports/report.entity';
import { finishedFile } from '../support/report-rows';

/** A report as plain values: what docs/state-machine.md says must become of it. */
export class ModelReport {
  state: ReportState = 'queued';
  failures = 0;
  isCancelRequested = false;
  isDue = true;
  isOverdue = false;
  isLeaseOver = false;
  isFileTimeOver = false;
  isDeleted = false;
  /** The storage key of the visible file. */
  fileKey: string | null = null;
  readonly history: string[] = ['queued'];
  /** Of every claim, the last one last. Workers that lost their report still try theirs. */
  readonly fences: Fence[] = [];

  constructor(readonly id: string) {}

  get attempt(): number {
    return this.fences.length;
  }

  /** Whether a worker with this fence may write. */
  isHeldWith(fence: Fence): boolean {
    return this.state === 'running' && fence === this.fences.at(-1);
  }

  become(state: ReportState): ReportState {
    this.state = state;
    this.history.push(state);
    return state;
  }
}

/** What one step needs: the report, a fence that was given for it once, and a choice. */
interface Step {
  report: ModelReport;
  fence: Fence;
  isFirst: boolean;
}

type Command = (real: Real, step: Step) => Promise<{ got: unknown; expected: unknown }>;

interface Real {
  states: ReportStateMachine;
  database: DataSource;
  tenantId: string;
  reports: readonly ModelReport[];
}

const maxFailures = 3;
const failure = { code: 'render_error', detail: 'It broke.', attempt: 1 } as const;
const progress = { phase: 'rendering', percent: 40, rows: 4, pages: 1 };

/** Everything that anyone can do to a report, each with what must come of it. */
export const commands = {
  async claim({ states }, { report }) {
    const isFree = report.state === 'queued' && report.isDue && !report.isOverdue && report.failures < maxFailures;
    const got = await states.claim(report.id, 'worker');
    if (isFree && got) {
      report.fences.push({ id: got.id, attempt: got.attempt, leaseToken: got.leaseToken });
      report.isLeaseOver = false;
      report.become('running');
    }
    return { got: got?.attempt, expected: isFree ? report.attempt : undefined };
  },

  async heartbeat({ states }, { report, fence }) {
    const isKept = report.isHeldWith(fence) && !report.isLeaseOver;
    const got = await states.heartbeat(fence, progress);
    return { got, expected: !isKept ? 'lost' : report.isCancelRequested ? 'canceled' : 'kept' };
  },

  async complete({ states }, { report, fence }) {
    const expected = report.isHeldWith(fence) && !report.isCancelRequested;
    const file: FinishedFile = finishedFile();
    if (expected) {
      report.become('succeeded');
      report.fileKey = file.storageKey;
    }
    return { got: await states.complete(fence, file), expected };
  },

  async fail({ states }, { report, fence, isFirst: isRetryable }) {
    const isFinal = !isRetryable || report.failures + 1 >= maxFailures || report.isOverdue;
    const expected = report.isHeldWith(fence) ? endAttempt(report, isFinal, true) : undefined;
    return { got: await states.fail(fence, failure, isRetryable), expected };
  },

  async handBack({ states }, { report, fence, isFirst: isAtOnce }) {
    const expected = report.isHeldWith(fence) ? endAttempt(report, false, false) : undefined;
    if (expected === 'queued') report.isDue = isAtOnce;
    return { got: await states.handBack(fence, isAtOnce ? 0 : 300_000), expected };
  },

  async confirmCancel({ states }, { report, fence }) {
    if (report.isHeldWith(fence) && report.isCancelRequested) report.become('canceled');
    await states.confirmCancel(fence);
    return { got: undefined, expected: undefined };
  },

  async cancel({ states, tenantId }, { report }) {
    const isOpen = !report.isDeleted && (report.state === 'queued' || report.state === 'running');
    if (isOpen) report.isCancelRequested = true;
    if (isOpen && report.state === 'queued') report.become('canceled');
    return { got: await states.cancel(tenantId, report.id), expected: isOpen ? report.state : undefined };
  },

  async delete({ states, tenantId }, { report }) {
    const expected = report.isDeleted ? undefined : { state: report.state, storageKey: report.fileKey };
    if (report.state === 'queued' || report.state === 'running') report.isCancelRequested = true;
    if (expected && report.state === 'queued') expected.state = report.become('canceled');
    if (report.state === 'succeeded') report.isFileTimeOver = true;
    report.isDeleted = true;
    return { got: await states.delete(tenantId, report.id), expected };
  },

  async rescue({ states, reports }, { isFirst: isOneAtATime }) {
    const lost = reports.filter(({ state, isLeaseOver }) => state === 'running' && isLeaseOver);
    const rescued = await states.rescue(isOneAtATime ? 1 : 100);
    const expected = lost
      .filter(({ id }) => !isOneAtATime || rescued.some((row) => row.id === id))
      .map((report) => ({ id: report.id, state: endAttempt(report, report.failures + 1 >= maxFailures, true) }));
    const got = rescued.map(({ id, state }) => ({ id, state }));
    const count = isOneAtATime ? Math.min(1, lost.length) : lost.length;
    return { got: { count: got.length, rows: sortById(got) }, expected: { count, rows: sortById(expected) } };
  },

  async failOverdue({ states, reports }) {
    const overdue = reports.filter(({ state, isOverdue }) => state === 'queued' && isOverdue);
    for (const report of overdue) report.become('failed');
    const got = (await states.failOverdue(100)).map(({ id }) => ({ id }));
    return { got: sortById(got), expected: sortById(overdue.map(({ id }) => ({ id }))) };
  },

  async expire({ states }, { report }) {
    if (report.state === 'succeeded' && report.isFileTimeOver) {
      report.become('expired');
      report.fileKey = null;
    }
    await states.expire([report.id]);
    return { got: undefined, expected: undefined };
  },

  async leaseRunsOut(real, { report, isFirst: isAlone }) {
    for (const silent of isAlone ? [report] : real.reports) {
      if (silent.state === 'running') silent.isLeaseOver = true;
      await shift(real, silent, `lease_expires_at = now() - interval '1 s'`, `state = 'running'`);
    }
    return { got: undefined, expected: undefined };
  },

  async backOffPasses(real, { report }) {
    report.isDue = true;
    return shift(real, report, 'run_at = now()', 'true');
  },

  async deadlinePasses(real, { report }) {
    report.isOverdue = true;
    return shift(real, report, `deadline_at = now() - interval '1 s'`, 'true');
  },

  async fileTimePasses(real, { report }) {
    if (report.state === 'succeeded') report.isFileTimeOver = true;
    return shift(real, report, `file_expires_at = now() - interval '1 s'`, `state = 'succeeded'`);
  },
} satisfies Record<string, Command>;

/** Reads a report as the model describes it, and the model itself. */
export async function compare({ database }: Real, report: ModelReport): Promise<{ got: unknown; expected: unknown }> {
  const [got] = await database.query<object[]>(
    `SELECT state, attempt, failures, cancel_requested_at IS NOT NULL AS "isCancelRequested",
            coalesce(lease_token::text, '-') AS "leaseToken",
            ARRAY(SELECT storage_key FROM report_files WHERE report_id = reports.id) AS "fileKeys",
            ARRAY(SELECT data->>'to' FROM report_events WHERE report_id = reports.id ORDER BY seq) AS history
       FROM reports WHERE id = $1`,
    [report.id],
  );
  const { state, attempt, failures, isCancelRequested, fileKey, history, fences } = report;
  const leaseToken = state === 'running' ? fences.at(-1)!.leaseToken : '-';
  const fileKeys = fileKey === null ? [] : [fileKey];
  return { got, expected: { state, attempt, failures, isCancelRequested, leaseToken, fileKeys, history } };
}

/** Where an attempt that ended without a result leads. */
function endAttempt(report: ModelReport, isFinal: boolean, isFailure: boolean): ReportState {
  if (isFailure) report.failures++;
  report.isDue = false;
  return report.become(report.isCancelRequested ? 'canceled' : isFinal ? 'failed' : 'queued');
}

async function shift({ database }: Real, { id }: ModelReport, change: string, condition: string) {
  await database.query(`UPDATE reports SET ${change} WHERE id = $1 AND ${condition}`, [id]);
  return { got: undefined, expected: undefined };
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((one, other) => one.id.localeCompare(other.id));
}
