import type { ErrorObject } from 'ajv/dist/2020';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { DefinitionFault, Fault } from '../model/faults';
import { pointer } from '../model/faults';
import type { ParametersPlan } from '../model/report';
import type { FieldType } from '../model/value';
import { didYouMean } from '../values/nearest';
import { MAX_MATCHED_LENGTH, isBoundedPattern } from '../values/pattern-cost';

interface PropertySchema {
  type?: unknown;
  format?: unknown;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_CHARACTERS = 65_536;
const MAX_FAULTS = 20;

/** Members that would make a schema reach outside of itself, or grow while it is followed. */
const REFUSED = new Set(['$id', '$dynamicRef', '$dynamicAnchor', '$vocabulary', '$recursiveRef', '$recursiveAnchor']);

/** One for all schemas, for making one takes longer than compiling a schema; without `$id` they do not know each other. */
const ajv = new Ajv2020({
  allErrors: true,
  useDefaults: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  logger: false,
  verbose: true,
});
addFormats(ajv);

/** Compiles the JSON Schema 2020-12 that an author wrote; the faults' paths begin with `/parameters`. */
export function compileParameters(schema: Readonly<Record<string, unknown>>): ParametersPlan | DefinitionFault[] {
  const faults = checkAuthorsSchema(schema);
  if (faults.length > 0) return faults;
  try {
    const validate = ajv.compile(schema);
    // The plan outlives the schema; ajv would keep both.
    ajv.removeSchema(schema);
    return {
      types: typesOf(schema),
      check(parameters) {
        const tooLarge = checkValueSize(parameters);
        if (tooLarge) return [tooLarge];
        return validate(parameters) ? [] : (validate.errors ?? []).slice(0, MAX_FAULTS).map(toFault);
      },
    };
  } catch (error) {
    const detail = `This is not a JSON Schema (2020-12) that can be used: ${(error as Error).message}.`;
    return [{ path: '/parameters', code: 'schema-invalid', detail }];
  }
}

function checkAuthorsSchema(schema: Readonly<Record<string, unknown>>): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const fault = (path: string, code: string, detail: string, hint?: string): void => {
    faults.push({ path, code, detail, ...(hint !== undefined && { hint }) });
  };
  if (JSON.stringify(schema).length > MAX_CHARACTERS) {
    fault('/parameters', 'too-large', `The schema may have at most ${MAX_CHARACTERS} characters.`);
  }
  if (schema.type !== 'object') {
    fault('/parameters', 'schema-invalid', 'Parameters are an object.', 'Write `type: object` and its `properties`.');
  }
  for (const name of Object.keys(propertiesOf(schema)).filter((each) => !NAME.test(each))) {
    fault(
      `/parameters/properties${pointer(name)}`,
      'name-invalid',
      'A parameter’s name has letters, digits and underscores only.',
    );
  }
  visit(schema, '/parameters', (name, value, path) => {
    const isRemote = (name === '$ref' && typeof value === 'string' && !value.startsWith('#')) || REFUSED.has(name);
    if (isRemote) fault(path, 'schema-refused', `\`${name}\` cannot be used here: the schema stands for itself.`);
    const patterns =
      name === 'pattern' ? [value] : name === 'patternProperties' ? Object.keys(Object(value) as object) : [];
    if (patterns.some((pattern) => typeof pattern === 'string' && !isBoundedPattern(pattern))) {
      const hint = 'Avoid quantified groups and more than one `*` or `+`; anchor the pattern with `^`.';
      fault(path, 'pattern-refused', 'The pattern is not valid, or not sure to end soon on every text.', hint);
    }
  });
  return faults;
}

const MAX_VALUES = 5000;
const MAX_VALUE_DEPTH = 16;

/** Keeps patterns and comparisons of the schema to texts and lists on which they end soon. */
function checkValueSize(parameters: unknown): Fault | undefined {
  const todo: { value: unknown; path: string; depth: number }[] = [{ value: parameters, path: '', depth: 0 }];
  let count = 0;
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { value, path, depth } = next;
    count += 1;
    if (typeof value === 'string' && value.length > MAX_MATCHED_LENGTH) {
      return {
        pointer: path,
        code: 'too-large',
        detail: `A parameter may have at most ${MAX_MATCHED_LENGTH} characters.`,
      };
    }
    if (count > MAX_VALUES || depth > MAX_VALUE_DEPTH) {
      const detail = `Parameters may have at most ${MAX_VALUES} values, nested ${MAX_VALUE_DEPTH} levels deep.`;
      return { pointer: path, code: 'too-large', detail };
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value))
      todo.push({ value: child, path: path + pointer(name), depth: depth + 1 });
  }
  return undefined;
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Readonly<Record<string, unknown>>;
  const at = error.instancePath;
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    const name = String(params.additionalProperty ?? params.unevaluatedProperty);
    const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    const hint = didYouMean(name, known);
    return {
      pointer: at + pointer(name),
      code: 'unknown-member',
      detail: `There is no parameter \`${name}\`.${hint ? ` ${hint}` : ''}`,
    };
  }
  if (error.keyword === 'required') {
    const name = String(params.missingProperty);
    return { pointer: at + pointer(name), code: 'missing-member', detail: `The parameter \`${name}\` is required.` };
  }
  const allowed = error.keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  return { pointer: at, code: 'value-invalid', detail: `The value ${error.message ?? 'is not valid'}${allowed}.` };
}

/** Visits the members of a schema, but not names that the author chose for properties. */
function visit(
  value: unknown,
  path: string,
  see: (name: string, value: unknown, path: string) => void,
  areNames = false,
): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value) as [string, unknown][]) {
    const childPath = path + pointer(name);
    if (!areNames && !Array.isArray(value)) see(name, child, childPath);
    if (name === 'enum' || name === 'const' || name === 'default' || name === 'examples') continue;
    visit(
      child,
      childPath,
      see,
      !areNames && ['properties', '$defs', 'patternProperties', 'dependentSchemas'].includes(name),
    );
  }
}

function propertiesOf(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

function typesOf(schema: Readonly<Record<string, unknown>>): Record<string, FieldType | undefined> {
  return Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => [name, typeOf(property as PropertySchema)]),
  );
}

function typeOf({ type, format }: PropertySchema): FieldType | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== 'null') as unknown[];
  if (types.length !== 1) return undefined;
  if (types[0] === 'string') return format === 'date' ? 'date' : format === 'date-time' ? 'dateTime' : 'string';
  const simple: Readonly<Record<string, FieldType>> = { integer: 'integer', number: 'decimal', boolean: 'boolean' };
  return simple[String(types[0])];
}
