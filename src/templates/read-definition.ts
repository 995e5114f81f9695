import type { FastifyRequest } from 'fastify';
import { parseDefinition } from '../engine';
import type { Config } from '../platform/config/config';
import { validationFailed } from '../platform/errors/app-error';
import { readText, requireMediaType } from '../platform/http/read-body';
import type { Json } from '../platform/http/strict-json';
import { checkStorable, maxJsonDepth, parseStrictJson } from '../platform/http/strict-json';
import { definitionFault } from './definition-checks';

/** Media types of a definition; YAML's is that of RFC 9512. */
export const definitionMediaTypes = ['application/json', 'application/yaml'] as const;

/**
 * Reads a request's body as a definition, which is not compiled yet.
 *
 * @throws AppError `malformed-json`; `validation-failed` for YAML that is malformed, with lines and columns, and for what
 *   is no object; and whatever stands against the body itself
 */
export async function readDefinition(request: FastifyRequest, config: Config): Promise<object> {
  const mediaType = requireMediaType(request, definitionMediaTypes);
  const text = await readText(request, { maxBytes: config.maxSubmissionSize, timeoutMs: config.bodyTimeout });
  const definition = mediaType === 'application/json' ? parseStrictJson(text, maxJsonDepth) : parseYaml(text);
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    throw validationFailed([{ pointer: '', code: 'type', detail: 'A definition is an object.' }]);
  return definition;
}

function parseYaml(text: string): Json {
  let definition: Json;
  try {
    definition = parseDefinition(text) as Json;
  } catch (error) {
    throw definitionFault(error, '');
  }
  checkStorable(definition);
  return definition;
}
