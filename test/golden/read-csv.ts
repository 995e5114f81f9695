import { readFileSync } from 'node:fs';
import type { Row } from '../../src/engine';

/** Rows of a sample's data, which has no quoted cells. */
export function readCsv(path: string): Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}
