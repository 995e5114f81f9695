/** What a schema of parameters may say: keywords whose work is bounded, and few enough of them. */
import type { DefinitionFault } from '../model/faults';
import { pointer } from '../model/faults';
import { didYouMean } from '../values/nearest';
import { patternSteps } from '../values/pattern-cost';

/** How many values parameters may have, so that checking them against their schema ends soon. */
export interface ValueLimits {
  /** Of any kind, lists and objects among them. */
  readonly values: number;
  /** Strings, each of which may be put to all patterns. */
  readonly texts: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_CHARACTERS = 65_536;
const MAX_FAULTS = 20;

/** Values of all kinds in a schema. */
const MAX_NODES = 2000;

/** `anyOf`, `oneOf` and `allOf` together. */
const MAX_BRANCHES = 50;

/** Steps of backtracking that all patterns of a schema may take on one text: about a millisecond. */
const MAX_STEPS = 2 ** 17;

/** Visits of a value by a node of the schema, and steps of backtracking, for all values together: some ten milliseconds. */
const MAX_VISITS = 2 ** 18;
const MAX_STEPS_OF_ALL = 2 ** 22;
const MAX_VALUES = 2000;

type Holds = 'schema' | 'schemas by name' | 'list of schemas' | 'pattern' | 'plain';

/** Nothing that refers elsewhere, depends on other values, or changes how a schema is read. */
const keywords: Readonly<Record<string, Holds>> = {
  ...all(
    'plain',
    '$schema $comment type title description default examples deprecated enum const required format multipleOf minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems uniqueItems minProperties maxProperties',
  ),
  ...all('pattern', 'pattern'),
  ...all('schema', 'items additionalProperties not'),
  ...all('schemas by name', 'properties'),
  ...all('list of schemas', 'anyOf oneOf allOf'),
};

function all(holds: Holds, names: string): Record<string, Holds> {
  return Object.fromEntries(names.split(' ').map((name) => [name, holds]));
}

/** Faults of an author's schema, 20 at most, and what the parameters may be that are put to it. */
export function checkParameterSchema(schema: Readonly<Record<string, unknown>>): {
  faults: DefinitionFault[];
  limits: ValueLimits;
} {
  const found: Found = { faults: [], branches: 0, steps: 0 };
  const fault = (code: string, detail: string, hint?: string): void => {
    found.faults.push({ path: '/parameters', code, detail, ...(hint !== undefined && { hint }) });
  };
  const nodes = countNodes(schema);
  if (JSON.stringify(schema).length > MAX_CHARACTERS || nodes > MAX_NODES) {
    fault('too-large', `The schema may have at most ${MAX_NODES} values and ${MAX_CHARACTERS} characters.`);
  } else {
    visitSchema(schema, '/parameters', found);
  }
  if (schema.type !== 'object') {
    fault('schema-invalid', 'Parameters are an object.', 'Write `type: object` and its `properties`.');
  }
  if (found.branches > MAX_BRANCHES) {
    fault('too-large', `The schema may have at most ${MAX_BRANCHES} branches of anyOf, oneOf and allOf.`);
  }
  if (found.steps > MAX_STEPS) {
    const detail = 'The patterns of the schema together are not sure to end soon on every text.';
    fault('pattern-refused', detail, PATTERN_HINT);
  }
  const { steps } = found;
  const values = Math.min(MAX_VALUES, Math.floor(MAX_VISITS / nodes));
  return {
    faults: found.faults.slice(0, MAX_FAULTS),
    limits: { values, texts: steps === 0 ? values : Math.max(1, Math.floor(MAX_STEPS_OF_ALL / steps)) },
  };
}

const PATTERN_HINT =
  'Avoid quantified groups and more than one `*` or `+`: say how often, as in `{1,40}`; anchor the pattern with `^`.';

interface Found {
  readonly faults: DefinitionFault[];
  branches: number;
  steps: number;
}

function visitSchema(schema: unknown, path: string, found: Found): void {
  // What is no schema at all is told by the validator of schemas.
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  for (const [name, value] of Object.entries(schema) as [string, unknown][]) {
    const at = path + pointer(name);
    const holds = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
    if (holds === undefined) found.faults.push(refusal(name, at));
    else if (holds === 'schema') visitSchema(value, at, found);
    else if (holds === 'pattern') countPattern(value, at, found);
    else if (holds === 'list of schemas') {
      const list = Array.isArray(value) ? (value as unknown[]) : [];
      found.branches += list.length;
      list.forEach((child, index) => visitSchema(child, at + pointer(index), found));
    } else if (holds === 'schemas by name') visitProperties(value, at, path === '/parameters', found);
  }
}

/** Expressions can name the parameters themselves only, so names further inside are free. */
function visitProperties(properties: unknown, path: string, areParameters: boolean, found: Found): void {
  if (typeof properties !== 'object' || properties === null) return;
  for (const [name, child] of Object.entries(properties)) {
    const at = path + pointer(name);
    if (areParameters && !NAME.test(name)) {
      const detail = 'A parameter’s name has letters, digits and underscores only.';
      found.faults.push({ path: at, code: 'name-invalid', detail });
    }
    visitSchema(child, at, found);
  }
}

function countPattern(pattern: unknown, path: string, found: Found): void {
  const steps = typeof pattern === 'string' ? patternSteps(pattern) : 0;
  if (steps <= MAX_STEPS) {
    found.steps += steps;
    return;
  }
  const detail = 'The pattern is not valid, or not sure to end soon on every text.';
  found.faults.push({ path, code: 'pattern-refused', detail, hint: PATTERN_HINT });
}

function refusal(name: string, path: string): DefinitionFault {
  const hint = didYouMean(name, Object.keys(keywords)) ?? `Known are: ${Object.keys(keywords).join(', ')}.`;
  return { path, code: 'schema-refused', detail: `\`${name}\` cannot be used in a schema of parameters.`, hint };
}

function countNodes(schema: unknown): number {
  const pending = [schema];
  let count = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    count += 1;
    if (typeof value === 'object' && value !== null) pending.push(...(Object.values(value) as unknown[]));
  }
  return count;
}
