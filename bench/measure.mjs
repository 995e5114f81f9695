/** Runs a process and says what it and all its descendants took. Linux, with GNU time. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const GNU_TIME = '/usr/bin/time';
const POLL_MS = 250;
const TICKS_PER_SECOND = 100;

/**
 * @returns CPU seconds (user and system, of the whole tree), peak memory in MiB (of the largest process, or of the tree
 * together where several run at a time), and why it failed, if it did
 */
export function measure(command, args, { timeoutMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn(GNU_TIME, ['-f', 'measured %U %S %M', command, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let stderr = '';
    const tree = new Tree();
    let isLate = false;
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const poll = setInterval(() => tree.look(child.pid), POLL_MS);
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.on('error', (error) => reject(new Error(`${GNU_TIME} is needed to measure: ${error.message}`)));
    child.on('close', (code) => {
      clearInterval(poll);
      clearTimeout(timer);
      const [, user, system, peak] = /measured ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr) ?? [];
      const said = stderr.split('\n').find((line) => /error|memory/i.test(line)) ?? stderr.trim().split('\n')[0];
      resolve({
        cpu: Math.max(Number(user) + Number(system), tree.cpu),
        memory: Math.max(Number(peak) / 1024, tree.peakMemory),
        failure: isLate ? `over ${timeoutMs / 1000} s` : code === 0 ? undefined : (said ?? `exit ${code}`).trim(),
      });
    });
  });
}

/** Follows a process tree by looking at it now and then. */
class Tree {
  peakMemory = 0;
  /** Seconds by process, as last seen. */
  cpuOf = new Map();

  /** Chromium's processes end without that anybody waits for them, so GNU time does not hear of their CPU. */
  get cpu() {
    return [...this.cpuOf.values()].reduce((sum, each) => sum + each, 0);
  }

  look(root) {
    const stats = new Map();
    const children = new Map();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const stat = read(`/proc/${pid}/stat`).split(') ').at(-1).split(' ');
      stats.set(pid, stat);
      children.set(stat[1], [...(children.get(stat[1]) ?? []), pid]);
    }
    const descendants = (pid) => (children.get(pid) ?? []).flatMap((child) => [child, ...descendants(child)]);
    let kib = 0;
    for (const pid of descendants(String(root))) {
      kib += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
      this.cpuOf.set(pid, (Number(stats.get(pid)[11]) + Number(stats.get(pid)[12])) / TICKS_PER_SECOND);
    }
    this.peakMemory = Math.max(this.peakMemory, kib / 1024);
  }
}

/** '' for what has gone meanwhile. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
