/** A step of the build, run after TypeScript: writes what ajv makes of the fixed schemas in place of `validators.js`. */
import standaloneCode from 'ajv/dist/standalone';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSON_SCHEMA } from './schema';
import { DEFINITION, schemaAjv } from './schema-ajv';

const code = standaloneCode(schemaAjv(true), { validateDefinition: DEFINITION, validateJsonSchema: JSON_SCHEMA });
writeFileSync(join(__dirname, 'validators.js'), code);
