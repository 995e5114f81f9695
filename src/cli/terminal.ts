import type { Writable } from 'node:stream';

/** The streams of the process, of which tests give their own. */
export interface Terminal {
  stdin: NodeJS.ReadableStream;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean };
}
