import { readIfExists } from './private-file';

/** The last lines of a text file, none when there is no such file. */
export function lastLines(path: string, count: number): string[] {
  const text = readIfExists(path) ?? '';
  return text === '' ? [] : text.split('\n').slice(-count);
}
