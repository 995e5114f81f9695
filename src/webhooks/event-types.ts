/** What a webhook endpoint can be told, by type of event. */
export const eventTypes = [
  'report.succeeded',
  'report.failed',
  'report.canceled',
  'report.expired',
  'batch.completed',
  'endpoint.ping',
] as const;

export type EventType = (typeof eventTypes)[number];

/** What an endpoint is told when it does not say: all but what happens by itself, long after. */
export const defaultEventTypes: readonly EventType[] = eventTypes.filter(
  (type) => type !== 'report.expired' && type !== 'endpoint.ping',
);
