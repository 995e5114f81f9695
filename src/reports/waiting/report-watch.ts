import type { ReportState } from '../report.entity';

/** As much of a report as those who wait for it must know. */
export interface Pulse {
  version: number;
  state: ReportState | 'deleted';
}

/** What one who waits knows of a report; kept up to date by {@link ReportChanges} until it is closed. */
export class ReportWatch {
  private check: (() => void) | undefined;

  constructor(
    private pulse: Pulse,
    /** Whether versions between two states count, such as progress. */
    readonly wantsProgress: boolean,
    readonly close: () => void,
  ) {}

  get latest(): Pulse {
    return this.pulse;
  }

  /** Takes note of what was heard; word from the past is passed over. */
  hear(pulse: Pulse): void {
    if (pulse.version <= this.pulse.version) return;
    this.pulse = pulse;
    this.check?.();
  }

  /** @returns true as soon as `isMet`; false when the time is over or the signal is aborted before that */
  until(isMet: (pulse: Pulse) => boolean, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (isMet(this.pulse)) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.check = undefined;
        resolve(result);
      };
      const abort = () => settle(false);
      const timer = setTimeout(abort, timeoutMs);
      signal.addEventListener('abort', abort);
      this.check = () => {
        if (isMet(this.pulse)) settle(true);
      };
    });
  }
}
