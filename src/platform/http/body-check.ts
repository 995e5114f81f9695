import { Ajv2020 } from 'ajv/dist/2020';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Fault } from '../errors/app-error';
import { validationFailed } from '../errors/app-error';
import { escapePointer } from './strict-json';

const options = { allowUnionTypes: true, verbose: true };
const firstFault = addFormats(new Ajv2020(options));
const allFaults = addFormats(new Ajv2020({ ...options, allErrors: true }));

const maxFaults = 50;

/** Of a larger body only the first fault is told: ajv collects all there are, which may be a million, before any is seen. */
const maxValues = 100_000;

/** A check of request bodies against a JSON Schema (2020-12) that knows the type of what it lets through. */
export type BodyCheck<T> = (body: unknown) => T;

/**
 * Compiles a schema into a {@link BodyCheck}, which throws AppError `validation-failed` with a JSON pointer for each
 * fault, at most fifty; for the first alone where the body has more than a hundred thousand values.
 */
export function compileBodyCheck<T>(schema: object): BodyCheck<T> {
  const validate: ValidateFunction<T> = firstFault.compile<T>(schema);
  let validateAll: ValidateFunction | undefined;
  return (body) => {
    if (validate(body)) return body;
    let { errors } = validate;
    if (countValues(body) <= maxValues) {
      validateAll ??= allFaults.compile(schema);
      validateAll(body);
      errors = validateAll.errors;
    }
    // `if` only repeats that the branch which it chose has failed.
    const faults = (errors ?? []).filter(({ keyword }) => keyword !== 'if');
    throw validationFailed(faults.slice(0, maxFaults).map(toFault));
  };
}

/** Values in a body, those in values included; no more than one over {@link maxValues} are counted. */
function countValues(body: unknown): number {
  let count = 1;
  const rest = [body];
  for (let value = rest.pop(); value !== undefined && count <= maxValues; value = rest.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key in value) {
      if (++count > maxValues) break;
      rest.push((value as Record<string, unknown>)[key]);
    }
  }
  return count;
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params.additionalProperty);
      const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
      return {
        pointer: `${error.instancePath}/${escapePointer(name)}`,
        code: 'unknown-member',
        detail: `This member is not known here. Known are: ${known.join(', ')}.`,
      };
    }
    case 'required':
      return {
        pointer: `${error.instancePath}/${escapePointer(String(params.missingProperty))}`,
        code: 'required',
        detail: 'This member is missing.',
      };
    case 'enum':
      return fault(error, `It must be one of ${(params.allowedValues as unknown[]).join(', ')}.`);
    default: {
      const described = (error.parentSchema?.description as string | undefined) ?? '';
      return fault(error, `It ${error.message ?? 'is not valid'}. ${described}`.trim());
    }
  }
}

function fault(error: ErrorObject, detail: string): Fault {
  return { pointer: error.instancePath, code: error.keyword, detail };
}
