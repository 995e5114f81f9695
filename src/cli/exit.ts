/** How the command line ends: exit codes as in sysexits.h, so that scripts can tell causes apart. */
import { types } from 'node:util';
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
  if (!types.isNativeError(error)) return { exitCode: exitCodes.internal, message: String(error) };
  const { code = '', syscall, message, stack = message } = error as NodeJS.ErrnoException;
  if (code.startsWith('ERR_PARSE_ARGS')) return { exitCode: exitCodes.usage, message };
  if (syscall !== undefined) return { exitCode: exitCodes.io, message };
  return { exitCode: exitCodes.internal, message: stack };
}
