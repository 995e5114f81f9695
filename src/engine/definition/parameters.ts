import type { Ajv2020, ErrorObject } from 'ajv/dist/2020';
import type { DefinitionFault, Fault } from '../model/faults';
import { pointer } from '../model/faults';
import type { ParametersPlan } from '../model/report';
import type { FieldType } from '../model/value';
import { didYouMean } from '../values/nearest';
import { MAX_MATCHED_LENGTH } from '../values/pattern-cost';
import type { ValueLimits } from './parameter-schema';
import { checkParameterSchema } from './parameter-schema';
import type { makeParameterAjv } from './parameter-ajv';
import { JSON_SCHEMA } from './schema';
import { validateJsonSchema } from './validators';

interface PropertySchema {
  type?: unknown;
  format?: unknown;
}

const MAX_FAULTS = 20;

/** Compiles the JSON Schema 2020-12 that an author wrote; the faults' paths begin with `/parameters`. */
export function compileParameters(schema: Readonly<Record<string, unknown>>): ParametersPlan | DefinitionFault[] {
  const { faults, limits } = checkParameterSchema(schema);
  if (faults.length > 0) return faults;
  const misfits = checkDialect(schema);
  if (misfits.length > 0) return misfits;
  const ajv = parameterAjv();
  try {
    const validate = ajv.compile(schema);
    return {
      schema,
      types: typesOf(schema),
      check(parameters) {
        const tooLarge = checkValueSize(parameters, limits);
        if (tooLarge) return [tooLarge];
        // Anything but `true` is a refusal, whatever a schema may make of its validator.
        return (validate(parameters) as unknown) === true
          ? []
          : (validate.errors ?? []).slice(0, MAX_FAULTS).map(toFault);
      },
    };
  } catch (error) {
    const detail = `This is not a JSON Schema (2020-12) that can be used: ${(error as Error).message}.`;
    return [{ path: '/parameters', code: 'schema-invalid', detail }];
  } finally {
    // The plan outlives the schema; ajv would keep both, and also what it refused.
    ajv.removeSchema(schema);
  }
}

/** Of a definition that declares no parameters: any that is given is one too many. */
export const noParameters: ParametersPlan = {
  schema: { type: 'object', additionalProperties: false },
  types: {},
  check: (parameters) =>
    Object.keys(parameters)
      .slice(0, MAX_FAULTS)
      .map((name) => unknownParameter('', name, [])),
};

/** What keeps a schema from being one of the dialect that is understood, once for each place. */
function checkDialect(schema: Readonly<Record<string, unknown>>): DefinitionFault[] {
  const hint = 'Parameters are declared in JSON Schema 2020-12.';
  const misfits = new Map<string, DefinitionFault>();
  const misfit = (at: string, detail: string): void => {
    if (!misfits.has(at)) misfits.set(at, { path: `/parameters${at}`, code: 'schema-invalid', detail, hint });
  };
  if (schema.$schema !== undefined && schema.$schema !== JSON_SCHEMA)
    misfit('/$schema', `The value must be ${JSON_SCHEMA}.`);
  if (!validateJsonSchema(schema)) {
    for (const error of validateJsonSchema.errors ?? []) misfit(error.instancePath, toFault(error).detail);
  }
  return [...misfits.values()].slice(0, MAX_FAULTS);
}

let madeAjv: Ajv2020 | undefined;

/**
 * One for all schemas, for making one takes longer than compiling a schema; without `$id` they do not know each other.
 * Made on first use: a definition without parameters is rendered without loading ajv at all.
 */
function parameterAjv(): Ajv2020 {
  if (madeAjv) return madeAjv;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with the engine
  const module = require('./parameter-ajv') as { makeParameterAjv: typeof makeParameterAjv };
  return (madeAjv = module.makeParameterAjv());
}

const MAX_VALUE_DEPTH = 16;

/** Keeps patterns and comparisons of the schema to texts and lists on which they end soon. */
function checkValueSize(parameters: unknown, { values, texts }: ValueLimits): Fault | undefined {
  const pending: { value: unknown; path: string; depth: number }[] = [{ value: parameters, path: '', depth: 0 }];
  let count = 0;
  let textCount = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path, depth } = next;
    count += 1;
    if (typeof value === 'string' && value.length > MAX_MATCHED_LENGTH) {
      return {
        pointer: path,
        code: 'too-large',
        detail: `A parameter may have at most ${MAX_MATCHED_LENGTH} characters.`,
      };
    }
    if (typeof value === 'string') textCount += 1;
    if (count > values || textCount > texts || depth > MAX_VALUE_DEPTH) {
      const detail = `Parameters of this schema may have at most ${values} values, ${Math.min(values, texts)} of them texts, nested ${MAX_VALUE_DEPTH} levels deep.`;
      return { pointer: path, code: 'too-large', detail };
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value))
      pending.push({ value: child, path: path + pointer(name), depth: depth + 1 });
  }
  return undefined;
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Readonly<Record<string, unknown>>;
  const at = error.instancePath;
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    const name = String(params.additionalProperty ?? params.unevaluatedProperty);
    const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    return unknownParameter(at, name, known);
  }
  if (error.keyword === 'required') {
    const name = String(params.missingProperty);
    return { pointer: at + pointer(name), code: 'missing-member', detail: `The parameter \`${name}\` is required.` };
  }
  const allowed = error.keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  return { pointer: at, code: 'value-invalid', detail: `The value ${error.message ?? 'is not valid'}${allowed}.` };
}

function unknownParameter(at: string, name: string, known: readonly string[]): Fault {
  const hint = didYouMean(name, known);
  const detail = `There is no parameter \`${name}\`.${hint ? ` ${hint}` : ''}`;
  return { pointer: at + pointer(name), code: 'unknown-member', detail };
}

function typesOf(schema: Readonly<Record<string, unknown>>): Record<string, FieldType | undefined> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [name, typeOf(property as PropertySchema)]),
  );
}

function typeOf({ type, format }: PropertySchema): FieldType | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== 'null') as unknown[];
  if (types.length !== 1) return undefined;
  if (types[0] === 'string') return format === 'date' ? 'date' : format === 'date-time' ? 'dateTime' : 'string';
  const simple: Readonly<Record<string, FieldType>> = { integer: 'integer', number: 'decimal', boolean: 'boolean' };
  return simple[String(types[0])];
}
