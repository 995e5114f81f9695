import type { DefinitionFault } from '../model/faults';
import { DefinitionError, pointer } from '../model/faults';

/** What a definition may have at most; far more than any real one has. */
const MAX_DEPTH = 32;
const MAX_VALUES = 20_000;
const MAX_CHARACTERS = 1_048_576;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Walks a definition before anything else does, and stops at the first sign of a hostile one: too deep, too many values, too
 * long, a name that means something to JavaScript, or a value that JSON does not have.
 *
 * @returns how many values it has, and how many characters in texts and names
 * @throws DefinitionError with that sign
 */
export function checkDefinitionSize(definition: unknown): DefinitionSize {
  const pending: Node[] = [{ value: definition, path: '', depth: 0 }];
  const seen = { values: 0, characters: 0 };
  for (let node = pending.pop(); node; node = pending.pop()) {
    const fault = checkNode(node, seen);
    if (fault) throw new DefinitionError([fault]);
    const { value, path, depth } = node;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      pending.push({ value: child, path: path + pointer(name), depth: depth + 1 });
    }
  }
  return seen;
}

interface DefinitionSize {
  values: number;
  characters: number;
}

interface Node {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/** Counts a value and its members' names, before its members are looked at. */
function checkNode({ value, path, depth }: Node, seen: DefinitionSize): DefinitionFault | undefined {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  seen.values += names.length;
  if (seen.values > MAX_VALUES) {
    return { path: '', code: 'too-large', detail: `A definition may have at most ${MAX_VALUES} values.` };
  }
  seen.characters += typeof value === 'string' ? value.length : names.reduce((sum, name) => sum + name.length, 0);
  if (seen.characters > MAX_CHARACTERS) {
    const detail = `The texts of a definition may have at most ${MAX_CHARACTERS} characters together.`;
    return { path: '', code: 'too-large', detail };
  }
  if (depth > MAX_DEPTH) {
    return { path, code: 'too-deep', detail: `A definition may be nested ${MAX_DEPTH} levels deep.` };
  }
  const forbidden = names.find((name) => FORBIDDEN.has(name));
  if (forbidden !== undefined) {
    const detail = `\`${forbidden}\` cannot be a name in a definition.`;
    return { path: path + pointer(forbidden), code: 'forbidden-name', detail };
  }
  const isJson = typeof value === 'number' ? Number.isFinite(value) : JSON_TYPES.has(typeof value);
  return isJson ? undefined : { path, code: 'not-json', detail: 'This value has no form in JSON.' };
}

const JSON_TYPES = new Set(['object', 'string', 'boolean']);
