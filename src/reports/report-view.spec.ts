import { etagOf, presentReport, retryAfter, statusOf } from './report-view';
import { ReportFile } from './report-file.entity';
import { Report } from './report.entity';

const minuteAgo = new Date(Date.now() - 60_000);
const base: Partial<Report> = {
  id: '01930f2e-7c5a-7c3e-8f5b-1d2a3c4e5f60',
  batchId: null,
  template: 'sales',
  templateVersion: 3,
  state: 'queued',
  version: '7',
  asOf: minuteAgo,
  createdAt: minuteAgo,
  startedAt: null,
  attemptStartedAt: null,
  progressAt: null,
  finishedAt: null,
  fileExpiresAt: null,
  recordExpiresAt: null,
  cancelRequestedAt: null,
  progressPercent: null,
  progressRows: '0',
  progressPages: 0,
  error: null,
  warnings: [],
};
const file = Object.assign(new ReportFile(), {
  sizeBytes: '12',
  sha256: Buffer.alloc(32),
  mediaType: 'application/pdf',
  pages: 1,
});
const succeeded = reportWith({ state: 'succeeded', fileExpiresAt: new Date(Date.now() + 60_000) });
const outlived = reportWith({ state: 'succeeded', fileExpiresAt: minuteAgo });

describe('the report resource', () => {
  it('shows a file until it expires, and expired from that moment on', () => {
    expect(presentReport(succeeded, file)).toMatchObject({
      status: 'succeeded',
      file: { size: 12, href: expect.stringMatching(/file$/) as string },
      links: { cancel: null },
    });
    expect(presentReport(outlived, file)).toMatchObject({ status: 'expired', file: null, links: { file: null } });
    expect(statusOf(outlived)).toBe('expired');
  });

  it('has another entity tag once the file has expired, the one that the cleaner will write', () => {
    expect(etagOf(succeeded)).toBe('"v7"');
    expect(etagOf(outlived)).toBe('"v8"');
    expect(etagOf(reportWith({ state: 'expired', version: '8', fileExpiresAt: minuteAgo }))).toBe('"v8"');
  });

  it('explains a failure with its title and whether it was retried', () => {
    const error = { code: 'data_invalid', detail: 'row 7', attempt: 1 } as const;
    expect(presentReport(reportWith({ state: 'failed', error }), undefined)).toMatchObject({
      status: 'failed',
      error: { type: '/problems/data-invalid', code: 'data_invalid', detail: 'row 7', retryable: false },
    });
  });
});

describe('Retry-After', () => {
  it('is half of what is left, within a fifth', () => {
    const running = runningFor(20_000, 50);
    for (let round = 0; round < 50; round++) {
      expect(Number(retryAfter(running))).toBeGreaterThanOrEqual(8);
      expect(Number(retryAfter(running))).toBeLessThanOrEqual(12);
    }
  });

  it('does not guess from the start of an attempt', () => {
    const started = runningFor(2_900, 5);
    expect(presentReport(started, undefined)).toMatchObject({ progress: { percent: 5, estimatedCompletionAt: null } });
  });

  it('is between 1 and 30 seconds', () => {
    const slow = runningFor(3_600_000, 3);
    expect(retryAfter(slow)).toBe('30');
    expect(retryAfter(reportWith({}))).toBe('1');
  });

  it('is absent once there is nothing to wait for', () => {
    expect(retryAfter(succeeded)).toBeUndefined();
  });
});

function runningFor(ms: number, progressPercent: number): Report {
  const attemptStartedAt = new Date(Date.now() - ms);
  return reportWith({ state: 'running', attemptStartedAt, progressAt: new Date(), progressPercent });
}

function reportWith(members: Partial<Report>): Report {
  return Object.assign(new Report(), base, members);
}
