import type { Document } from 'yaml';
import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { DefinitionFault } from '../model/faults';

/**
 * The same faults with the line and the column, from 1, of what they are about: of a member its key, and of one that is
 * not there the value that it is missing from. A fault that has its line already keeps it.
 * @param text the YAML or JSON that `parseDefinition` read the definition from
 */
export function locateFaults(text: string, faults: readonly DefinitionFault[]): DefinitionFault[] {
  if (faults.every(({ line }) => line !== undefined)) return [...faults];
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', lineCounter, prettyErrors: false });
  return faults.map((fault) => {
    const offset = fault.line === undefined ? offsetOf(document, stepsOf(fault.path)) : undefined;
    if (offset === undefined) return fault;
    const { line, col } = lineCounter.linePos(offset);
    return { ...fault, line, column: col };
  });
}

const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Where the last step that is there begins. */
function offsetOf(document: Document, steps: readonly string[]): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of steps) {
    const parent: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
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
