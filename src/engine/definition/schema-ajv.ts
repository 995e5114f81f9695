import { Ajv2020 } from 'ajv/dist/2020';
import { definitionSchema } from './schema';

/** The name of the definition's schema within {@link schemaAjv}. */
export const DEFINITION = 'definition';

/** Ajv with the schemas that are the same for all definitions; `source` keeps the code that it makes of them. */
export function schemaAjv(source = false): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    allowUnionTypes: true,
    verbose: true,
    strictTypes: false,
    code: { source },
  });
  return ajv.addSchema(definitionSchema, DEFINITION);
}
