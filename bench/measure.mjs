/** Runs a process and says what it and all its descendants took. Linux, with GNU time. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const GNU_TIME = '/usr/bin/time';
const POLL_MS = 50;

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
    let treePeak = 0;
    let isLate = false;
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const poll = setInterval(() => (treePeak = Math.max(treePeak, treeMemory(child.pid))), POLL_MS);
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
        cpu: Number(user) + Number(system),
        memory: Math.max(Number(peak) / 1024, treePeak),
        failure: isLate ? `over ${timeoutMs / 1000} s` : code === 0 ? undefined : (said ?? `exit ${code}`).trim(),
      });
    });
  });
}

/** Resident memory in MiB of the descendants of a process. */
function treeMemory(root) {
  const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1];
    if (parent) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const descendants = (pid) => (children.get(pid) ?? []).flatMap((child) => [child, ...descendants(child)]);
  const kib = descendants(String(root)).map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kib.reduce((sum, each) => sum + each, 0) / 1024;
}

/** '' for what has gone meanwhile. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
