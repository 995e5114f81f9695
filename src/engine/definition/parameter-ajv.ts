import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Each of them ends soon on any text that a parameter may be. */
const FORMATS = ['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid'] as const;

/** Ajv for authors' schemas, which were checked to be schemas before; making one without the meta-schema is ten times faster. */
export function makeParameterAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    meta: false,
    validateSchema: false,
    allErrors: true,
    useDefaults: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    logger: false,
    verbose: true,
  });
  addFormats(ajv, [...FORMATS]);
  return ajv;
}
