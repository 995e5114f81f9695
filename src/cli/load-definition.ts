/** Reads and compiles a definition for the command line, and says where in the file each fault is. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { CompiledReport, DefinitionFault } from '../engine';
import { DefinitionError, compile, parseDefinition } from '../engine';
import { CliError, exitCodes } from './exit';

/** @param file `-` is standard input */
export async function loadDefinition(file: string, stdin: NodeJS.ReadableStream): Promise<CompiledReport> {
  const source = file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  try {
    return compile(parseDefinition(source));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const lines = error.faults.map((fault) => describeFault(file, fault));
    throw new CliError(exitCodes.data, lines.join('\n'));
  }
}

/** One line as compilers print them: `FILE:LINE:COLUMN: POINTER: DETAIL HINT`. */
function describeFault(file: string, { path, detail, hint, line, column }: DefinitionFault): string {
  const place = [file === '-' ? 'definition' : file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${path === '' ? '' : `${path}: `}${detail}${hint === undefined ? '' : ` ${hint}`}`;
}
