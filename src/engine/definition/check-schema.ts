import type { ErrorObject } from 'ajv/dist/2020';
import type { DefinitionFault } from '../model/faults';
import { pointer } from '../model/faults';
import { didYouMean } from '../values/nearest';
import { HEX_COLOR, NAME_OF_REPORT } from './schema';
import { validateDefinition } from './validators';

const MAX_FAULTS = 50;

/** All that the schema has against a definition, in words; nothing where it fits. */
export function checkSchema(definition: unknown): DefinitionFault[] {
  if (validateDefinition(definition)) return [];
  const faults = new Map<string, DefinitionFault>();
  for (const error of withoutNoise(validateDefinition.errors ?? [])) {
    const fault = explain(error);
    faults.set(`${fault.path} ${fault.detail}`, fault);
    if (faults.size >= MAX_FAULTS) break;
  }
  return [...faults.values()];
}

/** Of a value that may take several forms, only the form that its type chooses has something to say. */
function withoutNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf');
  return errors.filter((error) => {
    // A missing `type` is reported as such, a bad name by its owner.
    const isMissingType =
      error.keyword === 'discriminator' &&
      (error.params as { tag?: unknown }).tag !== undefined &&
      (error.params as { tagValue?: unknown }).tagValue === undefined;
    if (isMissingType || error.propertyName !== undefined) return false;
    const choice = choices.find(
      (each) =>
        each !== error &&
        error.schemaPath.startsWith(`${each.schemaPath}/`) &&
        error.instancePath.startsWith(each.instancePath),
    );
    if (!choice) return error.keyword !== 'anyOf' || !hasOwnVoice(error, errors);
    return isChosen(error, choice);
  });
}

const hasOwnVoice = (choice: ErrorObject, errors: readonly ErrorObject[]): boolean =>
  errors.some(
    (error) => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`) && isChosen(error, choice),
  );

/** Faults inside of an object or array stand for the form that is one; of a scalar, the choice as a whole is reported. */
function isChosen(error: ErrorObject, choice: ErrorObject): boolean {
  const isCompound = typeof choice.data === 'object' && choice.data !== null;
  return (
    isCompound &&
    (error.instancePath !== choice.instancePath ||
      ['additionalProperties', 'required', 'minItems', 'maxItems', 'minProperties'].includes(error.keyword))
  );
}

function explain(error: ErrorObject): DefinitionFault {
  const path = error.instancePath;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownMember(path, String(params.additionalProperty), error);
    case 'required':
      return { path, code: 'missing-member', detail: `\`${String(params.missingProperty)}\` is missing.` };
    case 'type':
      return { path, code: 'wrong-type', detail: `Expected ${String(params.type)}, found ${kindOf(error.data)}.` };
    case 'enum':
    case 'const':
      return notAllowed(
        path,
        error.data,
        error.keyword === 'const' ? [params.allowedValue] : (params.allowedValues as unknown[]),
      );
    case 'discriminator':
      return notAllowed(`${path}/type`, params.tagValue, elementTypes(error));
    case 'propertyNames':
      return {
        path: path + pointer(String(params.propertyName)),
        code: 'name-invalid',
        detail: 'A name has letters, digits and underscores only, begins with no digit, and has 64 characters at most.',
      };
    case 'pattern':
      return {
        path,
        code: 'text-invalid',
        detail: `${shown(error.data)} has not the form that is expected here.`,
        hint: formOf(String(params.pattern), error),
      };
    case 'anyOf':
      return ofSeveral(path, error);
    default:
      return { path, code: 'value-invalid', detail: `The value ${error.message ?? 'is not valid here'}.` };
  }
}

/** Forms in words, by their patterns. */
const forms: ReadonlyMap<string, string> = new Map([
  [
    NAME_OF_REPORT,
    'A name has letters, digits, dots, hyphens and underscores, begins with a letter or a digit, and has 100 characters at most.',
  ],
  [HEX_COLOR, 'A colour is written `#rrggbb`, such as #0B4F8A.'],
]);

const formOf = (pattern: string, error: ErrorObject): string =>
  forms.get(pattern) ?? (error.parentSchema as Form).description ?? 'See the description of the member.';

function unknownMember(path: string, name: string, error: ErrorObject): DefinitionFault {
  const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
  const hint = didYouMean(name, known) ?? `Known are: ${known.join(', ')}.`;
  return { path: path + pointer(name), code: 'unknown-member', detail: `\`${name}\` is not known here.`, hint };
}

function notAllowed(path: string, value: unknown, allowed: readonly unknown[]): DefinitionFault {
  const names = allowed.map(String);
  const hint = (typeof value === 'string' ? didYouMean(value, names) : undefined) ?? `Allowed: ${names.join(', ')}.`;
  return { path, code: 'value-not-allowed', detail: `${shown(value)} is not allowed here.`, hint };
}

interface Form {
  enum?: unknown[];
  type?: string;
  pattern?: string;
  description?: string;
}

/** A scalar that is none of the forms: the names among them, and the description, say what is expected. */
function ofSeveral(path: string, error: ErrorObject): DefinitionFault {
  const choices = error.schema as Form[];
  const names = choices.flatMap((form) => form.enum ?? []);
  const description = (error.parentSchema as Form).description;
  if (typeof error.data === 'string' && names.length > 0) {
    const fault = notAllowed(path, error.data, names);
    const isOpen = choices.some((form) => form.pattern !== undefined) && fault.hint?.startsWith('Allowed');
    return isOpen && description !== undefined ? { ...fault, hint: `${fault.hint!} ${description}` } : fault;
  }
  const detail = `${shown(error.data)} is not what is expected here.`;
  const hint = description ?? (names.length > 0 ? `Allowed: ${names.map(String).join(', ')}.` : undefined);
  return { path, code: 'value-invalid', detail, ...(hint !== undefined && { hint }) };
}

const elementTypes = (error: ErrorObject): string[] =>
  ((error.parentSchema as { oneOf?: { $ref: string }[] }).oneOf ?? []).map((choice) =>
    choice.$ref.replace('#/$defs/', ''),
  );

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
