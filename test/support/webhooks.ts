import type { Pressroom } from './pressroom';
import { until } from './until';

/** What tests read of a webhook endpoint; the secret is there only when it was just made. */
export interface EndpointBody {
  id: string;
  url: string;
  events: string[];
  description: string | null;
  status: 'enabled' | 'disabled';
  disabledReason: string | null;
  previousSecretExpiresAt: string | null;
  createdAt: string;
  updatedAt: string;
  secret?: string;
}

/** Registers an endpoint that must be taken. */
export async function register(pressroom: Pressroom, body: object, key?: string): Promise<Required<EndpointBody>> {
  const answer = await pressroom.call<Required<EndpointBody>>('POST', '/v1/webhook-endpoints', { body, key });
  if (answer.status !== 201) throw new Error(`The endpoint was refused: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** What tests read of a delivery. */
export interface DeliveryBody {
  id: string;
  endpointId: string;
  type: string;
  data: Record<string, unknown>;
  status: 'pending' | 'delivering' | 'delivered' | 'exhausted' | 'disabled';
  attempts: number;
  lastAttemptAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
  nextAttemptAt: string | null;
  createdAt: string;
  finishedAt: string | null;
}

/** The deliveries of an endpoint, newest first. */
export async function deliveriesOf(pressroom: Pressroom, endpointId: string): Promise<DeliveryBody[]> {
  const path = `/v1/webhook-deliveries?endpointId=${endpointId}&limit=200`;
  return (await pressroom.call<{ data: DeliveryBody[] }>('GET', path)).body.data;
}

/** Sends an endpoint a ping that must be taken; returns the delivery's id. */
export async function ping(pressroom: Pressroom, endpointId: string): Promise<string> {
  const answer = await pressroom.call<DeliveryBody>('POST', `/v1/webhook-endpoints/${endpointId}/test`);
  if (answer.status !== 202) throw new Error(`The ping was refused: ${answer.status} ${answer.text}`);
  return answer.body.id;
}

/** Follows the only delivery of an endpoint until it has the status. */
export function delivered(
  pressroom: Pressroom,
  endpointId: string,
  status: DeliveryBody['status'] = 'delivered',
): Promise<DeliveryBody> {
  return until(`the delivery is ${status}`, async () => {
    const [delivery] = await deliveriesOf(pressroom, endpointId);
    return delivery?.status === status ? delivery : undefined;
  });
}
