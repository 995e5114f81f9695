import type { Report } from './demo-client';

const width = 30;

/** Where the bar is drawn; `isTTY` as in Node. */
export interface ProgressOutput {
  isTTY?: boolean;
  write: (text: string) => unknown;
}

/**
 * Shows a report's progress: on a terminal one line that is drawn over, elsewhere a line for each change of the phase.
 */
export class ProgressBar {
  private shownPhase: string | undefined;

  constructor(private readonly output: ProgressOutput) {}

  show({ status, progress }: Report): void {
    const phase = progress?.phase ?? status;
    if (this.output.isTTY === true) this.output.write(`\r\x1b[2K  ${describe(phase, progress)}`);
    else if (phase !== this.shownPhase) this.output.write(`  ${describe(phase, progress)}\n`);
    this.shownPhase = phase;
  }

  /** Leaves the line for what is printed next. */
  end(): void {
    if (this.output.isTTY === true && this.shownPhase !== undefined) this.output.write('\r\x1b[2K');
  }
}

function describe(phase: string, progress: Report['progress']): string {
  const percent = Math.max(0, Math.min(100, progress?.percent ?? 0));
  const filled = Math.round((percent / 100) * width);
  const counts = [
    ...(progress?.rows ? [`${progress.rows.toLocaleString('en')} rows`] : []),
    ...(progress?.pages ? [`${progress.pages.toLocaleString('en')} pages`] : []),
  ];
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
  return [bar, `${String(Math.floor(percent)).padStart(3)} %`, phase, ...counts].join('  ');
}
