/** CPU time that processes have used, in milliseconds, as Linux counts it: in steps of ten. */
import { readFileSync } from 'node:fs';

/** Of one process, with all of its threads. */
export function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10; // clock ticks of user and system time, a hundred a second
}

/** Of a process and its children that live; what has ended since is missed, so connections are to be kept. */
export function cpuOfFamily(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children].reduce((sum, one) => sum + cpuOf(one), 0);
}
