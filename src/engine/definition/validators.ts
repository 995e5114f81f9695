/**
 * Validators of the schemas that are the same for all definitions. Ajv takes a fifth of a second to make them, so the build
 * puts the code that it makes in place of this module (`precompile.ts`), which tests run as it stands.
 */
import type { ValidateFunction } from 'ajv/dist/2020';
import { JSON_SCHEMA } from './schema';
import { DEFINITION, schemaAjv } from './schema-ajv';

const ajv = schemaAjv();

export const validateDefinition = ajv.getSchema(DEFINITION)! as ValidateFunction;

/** Whether a value is a JSON Schema 2020-12. */
export const validateJsonSchema = ajv.getSchema(JSON_SCHEMA)! as ValidateFunction;
