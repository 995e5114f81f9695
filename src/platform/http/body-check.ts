import { Ajv2020 } from 'ajv/dist/2020';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Fault } from '../errors/app-error';
import { validationFailed } from '../errors/app-error';
import { escapePointer } from './strict-json';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true });
addFormats(ajv);

const maxFaults = 50;

/** A check of request bodies against a JSON Schema (2020-12) that knows the type of what it lets through. */
export type BodyCheck<T> = (body: unknown) => T;

/**
 * Compiles a schema into a {@link BodyCheck}, which throws AppError `validation-failed` with a JSON pointer for each
 * fault, at most fifty.
 */
export function compileBodyCheck<T>(schema: object): BodyCheck<T> {
  const validate: ValidateFunction<T> = ajv.compile<T>(schema);
  return (body) => {
    if (validate(body)) return body;
    // `if` only repeats that the branch which it chose has failed.
    const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(toFault);
    throw validationFailed(faults.slice(0, maxFaults));
  };
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
