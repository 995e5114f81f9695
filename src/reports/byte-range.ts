import type { ByteRange } from '../storage/storage';

/**
 * The one range of bytes that a Range header asks for (RFC 9110 §14.1.2). One that reaches beyond the end is cut off
 * there, and a suffix that is longer than the whole is the whole.
 *
 * @param size of the whole, in bytes
 * @returns undefined where the header is to be ignored: several ranges, another unit, a range that is none
 */
export function parseByteRange(header: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header) ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}
