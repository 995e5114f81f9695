import type { RowBatch } from '../driver';

/** Turns the bytes of a row file into rows, a chunk at a time; memory does not grow with the file. */
export interface RowParser {
  /** Rows that this chunk completes. Throws {@link MalformedRows}. */
  write(chunk: Uint8Array): RowBatch;
  /** Rows that the end of the file completes. Throws {@link MalformedRows}. */
  end(): RowBatch;
}

/** A place at which a row file cannot be understood. */
export class MalformedRows extends Error {
  constructor(
    /** From 1; the header of a CSV file is line 1. */
    readonly line: number,
    /** From 1; undefined where the fault is not at one place of the line. */
    readonly column: number | undefined,
    readonly detail: string,
  ) {
    super(`line ${line}: ${detail}`);
  }
}

/** Longest row, in characters; an unclosed quote would otherwise read a whole file into memory. */
export const maxRowLength = 1024 * 1024;
