import type { EventType } from './event-types';
import { defaultEventTypes, eventTypes } from './event-types';

/** Body of POST /v1/webhook-endpoints. */
export interface EndpointRequest {
  url: string;
  events?: EventType[];
  description?: string | null;
}

/** Body of PATCH /v1/webhook-endpoints/{id}: what is absent stays as it is. */
export type EndpointChange = Partial<EndpointRequest> & { status?: 'enabled' | 'disabled' };

const properties = {
  url: { type: 'string', minLength: 1, maxLength: 2048, description: 'An https URL on the public internet.' },
  events: {
    type: 'array',
    items: { enum: eventTypes },
    minItems: 1,
    uniqueItems: true,
    description: `Types of events that are sent. Where nothing is said: ${defaultEventTypes.join(', ')}.`,
  },
  description: { type: ['string', 'null'], maxLength: 500 },
};

export const endpointRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties,
};

export const endpointChangeSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ...properties,
    status: {
      enum: ['enabled', 'disabled'],
      description: 'Disabling closes what is still to be delivered, and nothing new is recorded meanwhile.',
    },
  },
};

/** The endpoint resource, for the API's description. */
export const endpointSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['whe_01930f2e7c5a7c3e8f5b1d2a3c4e5f60'] },
    object: { type: 'string', enum: ['webhook_endpoint'] },
    url: { type: 'string', format: 'uri' },
    events: { type: 'array', items: { type: 'string', enum: [...eventTypes] as string[] } },
    description: { type: ['string', 'null'] },
    status: { type: 'string', enum: ['enabled', 'disabled'] },
    disabledReason: { type: ['string', 'null'] },
    previousSecretExpiresAt: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'Until then messages carry a second signature, made with the secret before the last rotation.',
    },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time' },
  },
};

/** The same where the secret is shown: once when it was made, once when it was rotated. */
export const endpointWithSecretSchema = {
  ...endpointSchema,
  properties: { ...endpointSchema.properties, secret: { type: 'string', examples: ['whsec_…'] } },
};
