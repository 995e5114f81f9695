import type { DefinitionFault } from '../model/faults';
import { pointer } from '../model/faults';

/** What a definition may have at most; far more than any real one has. */
const MAX_DEPTH = 32;
const MAX_NODES = 20_000;
const MAX_CHARACTERS = 1_048_576;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Walks a definition before anything else does, and stops at the first sign of a hostile one: too deep, too many values, too
 * long, a name that means something to JavaScript, or a value that JSON does not have.
 */
export function checkSize(definition: unknown): DefinitionFault | undefined {
  const todo: { value: unknown; path: string; depth: number }[] = [{ value: definition, path: '', depth: 0 }];
  let nodes = 0;
  let characters = 0;
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { value, path, depth } = next;
    nodes += 1;
    if (typeof value === 'string') characters += value.length;
    if (nodes > MAX_NODES)
      return { path: '', code: 'too-large', detail: `A definition may have at most ${MAX_NODES} values.` };
    if (characters > MAX_CHARACTERS)
      return {
        path: '',
        code: 'too-large',
        detail: `The texts of a definition may have at most ${MAX_CHARACTERS} characters together.`,
      };
    if (depth > MAX_DEPTH)
      return { path, code: 'too-deep', detail: `A definition may be nested ${MAX_DEPTH} levels deep.` };
    if (typeof value !== 'object' || value === null) {
      const isJson =
        value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
      if (!isJson) return { path, code: 'not-json', detail: 'This value has no form in JSON.' };
      continue;
    }
    if (Array.isArray(value) && value.length > MAX_NODES)
      return { path, code: 'too-large', detail: `A list may have at most ${MAX_NODES} items.` };
    for (const [name, child] of Object.entries(value)) {
      const childPath = path + pointer(name);
      characters += name.length;
      if (FORBIDDEN.has(name))
        return { path: childPath, code: 'forbidden-name', detail: `\`${name}\` cannot be a name in a definition.` };
      todo.push({ value: child, path: childPath, depth: depth + 1 });
    }
  }
  return undefined;
}
