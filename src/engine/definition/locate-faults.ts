import type { Document, LineCounter } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { DefinitionFault } from '../model/faults';

/** A text as it was read, with the places of everything in it. */
interface Source {
  readonly document: Document;
  readonly lineCounter: LineCounter;
}

/** What definitions were read from, for as long as these live. */
const sources = new WeakMap<object, Source>();

export function rememberSource(definition: unknown, source: Source): void {
  if (typeof definition === 'object' && definition !== null) sources.set(definition, source);
}

/**
 * The same faults with the line and the column, from 1, of the value at fault; of a member that should not be there, of its
 * name, and of one that is not there, of the nearest value around it. A definition that was not read from a text has no
 * such places.
 */
export function locateFaults(definition: unknown, faults: readonly DefinitionFault[]): readonly DefinitionFault[] {
  const source = typeof definition === 'object' && definition !== null ? sources.get(definition) : undefined;
  if (source === undefined) return faults;
  const { document, lineCounter } = source;
  return faults.map((fault) => {
    const offset = offsetOf(document, stepsOf(fault.path), OF_NAMES.has(fault.code));
    if (offset === undefined) return fault;
    const { line, col } = lineCounter.linePos(offset);
    return { ...fault, line, column: col };
  });
}

/** Faults that are not of a value but of its name. */
const OF_NAMES = new Set(['unknown-member', 'forbidden-name', 'name-invalid', 'name-reserved', 'name-taken']);

const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Where the last step that is there begins. */
function offsetOf(document: Document, steps: readonly string[], isName: boolean): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, step] of steps.entries()) {
    const parent: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) return offset;
      node = pair.value;
      offset = startOf(isName && index === steps.length - 1 ? pair.key : node) ?? offset;
    } else if (isSeq(parent)) {
      node = parent.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
