import type { Document } from 'yaml';
import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { DefinitionFault } from '../model/faults';

/** The texts that definitions were read from, for as long as these live; most compile, and need no places. */
const sources = new WeakMap<object, string>();

export function rememberSource(definition: unknown, text: string): void {
  if (typeof definition === 'object' && definition !== null) sources.set(definition, text);
}

/**
 * The same faults with the line and the column, from 1, of the value at fault; of a member that should not be there, of its
 * name, and of one that is not there, of the nearest value around it. A definition that was not read from a text has no
 * such places.
 */
export function locateFaults(definition: unknown, faults: readonly DefinitionFault[]): readonly DefinitionFault[] {
  const text = typeof definition === 'object' && definition !== null ? sources.get(definition) : undefined;
  if (text === undefined) return faults;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', lineCounter, prettyErrors: false });
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
