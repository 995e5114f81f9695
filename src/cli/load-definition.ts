/** Reads and compiles a definition for the command line, and says where in the file each fault is. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { LineCounter, isNode, parseDocument } from 'yaml';
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
    const lines = error.faults.map((fault) => describeFault(file, located(fault, source)));
    throw new CliError(exitCodes.data, lines.join('\n'));
  }
}

/** One line as compilers print them: `FILE:LINE:COLUMN: POINTER: DETAIL HINT`. */
function describeFault(file: string, { path, detail, hint, line, column }: DefinitionFault): string {
  const place = [file === '-' ? 'definition' : file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${path === '' ? '' : `${path}: `}${detail}${hint === undefined ? '' : ` ${hint}`}`;
}

/** With line and column of what the fault's pointer names, or of the nearest that is there around it. */
function located(fault: DefinitionFault, source: string): DefinitionFault {
  if (fault.line !== undefined) return fault;
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter });
  const steps = fault.path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = steps.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(steps.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lineCounter.linePos(node.range[0]);
    return { ...fault, line, column: col };
  }
  return fault;
}
