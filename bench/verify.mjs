import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { rowMark } from './rows.mjs';

/** Whether a file is a sound PDF with every row. Needs qpdf and pdftotext; says where they are missing. */
export async function verify(file, rows) {
  const check = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' });
  if (check.error) return { pages: NaN, bytes: statSync(file).size, verdict: 'not verified: no qpdf' };
  const pages = Number(execFileSync('qpdf', ['--show-npages', file], { encoding: 'utf8' }));
  const found = await countRows(file);
  const faults = [
    ...(check.status === 0 ? [] : ['qpdf --check finds faults']),
    ...(found === rows ? [] : [`${found} rows found`]),
  ];
  return { pages, bytes: statSync(file).size, verdict: faults.join(', ') || 'ok' };
}

async function countRows(file) {
  const child = spawn('pdftotext', ['-layout', file, '-'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) count += line.match(rowMark)?.length ?? 0;
  return count;
}
