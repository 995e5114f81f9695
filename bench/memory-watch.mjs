/** Follows the resident memory of processes, as the kernel counts it. Linux. */
import { readFileSync } from 'node:fs';

/** Looks once a second at the processes `{name: pid}`, until {@link MemoryWatch.stop}. */
export class MemoryWatch {
  /** MiB at each look, by name. */
  samples = {};
  #timer;

  constructor(pids) {
    this.pids = pids;
    for (const name of Object.keys(pids)) this.samples[name] = [];
    this.#timer = setInterval(() => this.#look(), 1000);
    this.#look();
  }

  /** @returns of each process its memory at the beginning, its highest since it was started, and its growth per second in the second half */
  stop() {
    clearInterval(this.#timer);
    this.#look();
    return Object.fromEntries(
      Object.entries(this.pids).map(([name, pid]) => {
        const samples = this.samples[name];
        const half = samples.slice(Math.floor(samples.length / 2));
        return [
          name,
          {
            first: samples[0],
            peak: read(pid, 'VmHWM'),
            growth: (half.at(-1) - half[0]) / Math.max(1, half.length - 1),
          },
        ];
      }),
    );
  }

  #look() {
    for (const [name, pid] of Object.entries(this.pids)) this.samples[name].push(read(pid, 'VmRSS'));
  }
}

function read(pid, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
