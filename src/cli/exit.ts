/** How the command line ends: exit codes as in sysexits.h, so that scripts can tell causes apart. */
import { MalformedRows } from '../data-sources/row-formats/row-parser';
import { RenderError } from '../engine';

export const exitCodes = { usage: 64, data: 65, internal: 70, io: 74 } as const;

/** An end that was foreseen, with what to print. */
export class CliError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** What to print for any error, and the code to end with. */
export function describeError(error: unknown): { exitCode: number; message: string } {
  if (error instanceof CliError) return error;
  if (error instanceof RenderError || error instanceof MalformedRows) {
    return { exitCode: exitCodes.data, message: error.message };
  }
  // How parseArgs complains.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return { exitCode: exitCodes.usage, message: error.message };
  }
  if (error instanceof Error && 'syscall' in error) return { exitCode: exitCodes.io, message: error.message };
  return {
    exitCode: exitCodes.internal,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
