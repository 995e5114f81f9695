import type { Scope } from './scopes';
import { scopes } from './scopes';

/** Body of POST /v1/api-keys. */
export interface ApiKeyRequest {
  name: string;
  scopes: Scope[];
  expiresIn?: number;
}

/** Body of POST /v1/api-keys/{id}/rotate. */
export interface ApiKeyRotation {
  overlap?: number;
}

const scopesSchema = { type: 'array', items: { enum: scopes }, minItems: 1, uniqueItems: true } as const;

export const apiKeyRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'scopes'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'What the key is for.' },
    scopes: { ...scopesSchema, description: 'What the key may do: some or all of what the key may that makes it.' },
    expiresIn: {
      type: 'integer',
      minimum: 60,
      maximum: 315_360_000,
      description: 'Seconds for which the key works; without end where nothing is said.',
    },
  },
};

export const apiKeyRotationSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    overlap: {
      type: 'integer',
      minimum: 0,
      maximum: 2_592_000,
      default: 86_400,
      description: 'Seconds for which the old key goes on working.',
    },
  },
};

const time = { type: ['string', 'null'], format: 'date-time' };

/** The API key resource, for the API's description. */
export const apiKeySchema = {
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['key_4fJ2kQ9z'], description: 'Its second half stands in the key itself.' },
    object: { type: 'string', enum: ['api_key'] },
    name: { type: 'string' },
    scopes: scopesSchema,
    createdAt: { type: 'string', format: 'date-time' },
    expiresAt: time,
    lastUsedAt: { ...time, description: 'To the minute.' },
    replacedBy: { type: ['string', 'null'], description: 'The key that a rotation put in the place of this one.' },
  },
};

/** The same where the key itself is shown, this once. */
export const apiKeyWithSecretSchema = {
  ...apiKeySchema,
  properties: { ...apiKeySchema.properties, secret: { type: 'string', examples: ['rpk_live_4fJ2kQ9z_…'] } },
};
