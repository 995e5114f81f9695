import type { Pressroom } from './pressroom';

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
