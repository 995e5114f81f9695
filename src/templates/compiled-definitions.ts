import type { CompiledReport } from '../engine';
import { DefinitionError, canonicalHash, checkDefinitionSize, compile } from '../engine';
import { validationFailed } from '../platform/errors/app-error';

const capacity = 200;
const compiled = new Map<string, CompiledReport>();

/**
 * Compiles a definition, or takes the result from the last few hundred that this process compiled.
 *
 * @param hash of the definition's canonical JSON
 */
export function compileCached(definition: unknown, hash: Buffer): CompiledReport {
  const key = hash.toString('base64');
  const known = compiled.get(key);
  if (known) return known;
  const report = compile(definition);
  if (compiled.size >= capacity) compiled.delete(compiled.keys().next().value!);
  compiled.set(key, report);
  return report;
}

/**
 * Compiles a definition that stands at `pointer` in the body of a request.
 *
 * @throws AppError `validation-failed` with every fault of the definition
 */
export function compileForRequest(definition: object, pointer: string): { report: CompiledReport; hash: Buffer } {
  try {
    checkDefinitionSize(definition);
    const hash = canonicalHash(definition);
    return { report: compileCached(definition, hash), hash };
  } catch (error) {
    throw definitionFault(error, pointer);
  }
}

/** The faults of a definition as those of a request in whose body it stands at `pointer`. */
export function definitionFault(error: unknown, pointer: string): unknown {
  if (!(error instanceof DefinitionError)) return error;
  return validationFailed(error.faults.map(({ path, ...fault }) => ({ pointer: `${pointer}${path}`, ...fault })));
}
