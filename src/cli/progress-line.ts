import type { Terminal } from './terminal';

const WIDTH = 30;
const INTERVAL_MS = 100;

/** A line that is drawn over while a report is rendered; on a terminal only. */
export class ProgressLine {
  private shownAt = -Infinity;

  constructor(private readonly output: Terminal['stderr']) {}

  /** @param share between 0 and 1; `undefined` where it is not known */
  show(share: number | undefined, rows: number, pages: number): void {
    const now = performance.now();
    if (this.output.isTTY !== true || now - this.shownAt < INTERVAL_MS) return;
    this.shownAt = now;
    const filled = Math.round((share ?? 0) * WIDTH);
    const bar = share === undefined ? '' : `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]  `;
    this.output.write(`\r\x1b[2K${bar}${rows.toLocaleString('en')} rows  ${pages.toLocaleString('en')} pages`);
  }

  /** Leaves the line empty for what is printed next. */
  end(): void {
    if (this.shownAt !== -Infinity) this.output.write('\r\x1b[2K');
  }
}
