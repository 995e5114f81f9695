import type { CompiledReport } from '../engine';
import { compile } from '../engine';

/** Characters of JSON; what they compile to takes some eighty times as many bytes. */
const capacity = 500_000;

interface Entry {
  report: CompiledReport;
  size: number;
}

/** Those that were used last are at the end. */
const compiled = new Map<string, Entry>();
let total = 0;

/**
 * Compiles a definition, or takes the result from what this thread compiled lately.
 *
 * @param hash of the definition's canonical JSON
 * @throws DefinitionError with all faults
 */
export function compileCached(definition: object, hash: string): CompiledReport {
  const known = compiled.get(hash);
  if (known) {
    compiled.delete(hash);
    compiled.set(hash, known);
    return known.report;
  }
  const report = compile(definition);
  remember(hash, { report, size: JSON.stringify(definition).length });
  return report;
}

function remember(hash: string, entry: Entry): void {
  if (entry.size > capacity) return;
  compiled.set(hash, entry);
  total += entry.size;
  for (const [oldest, { size }] of compiled) {
    if (total <= capacity) return;
    compiled.delete(oldest);
    total -= size;
  }
}
