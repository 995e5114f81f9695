import { eventTypes } from './event-types';
import { deliveryStates } from './webhook-delivery.entity';

/** The delivery resource, for the API's description. */
export const deliverySchema = {
  type: 'object',
  properties: {
    id: {
      type: 'string',
      examples: ['whd_01930f2e7c5a7c3e8f5b1d2a3c4e5f60'],
      description: 'Also the `webhook-id` of the message, the same with every try.',
    },
    object: { type: 'string', enum: ['webhook_delivery'] },
    endpointId: { type: 'string' },
    type: { type: 'string', enum: [...eventTypes] as string[] },
    data: { type: 'object', description: 'What the message says of the event.' },
    status: { type: 'string', enum: [...deliveryStates] as string[] },
    attempts: { type: 'integer' },
    lastAttemptAt: { type: ['string', 'null'], format: 'date-time' },
    lastStatus: { type: ['integer', 'null'], description: 'HTTP status of the last answer; null without one.' },
    lastError: { type: ['string', 'null'] },
    nextAttemptAt: { type: ['string', 'null'], format: 'date-time', description: 'Null unless it is pending.' },
    createdAt: { type: 'string', format: 'date-time' },
    finishedAt: { type: ['string', 'null'], format: 'date-time' },
  },
};
