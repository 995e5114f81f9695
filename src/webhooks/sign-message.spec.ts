import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, signMessage } from './sign-message';

const body = JSON.stringify({ type: 'report.succeeded', data: { reference: 'Größe ✓' } });

describe('the signature of a message', () => {
  const [secret, before, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
  const headers = signMessage([secret, before], 'whd_1', new Date(), body);

  it.each([
    ['the present secret', secret],
    ['the secret before', before],
  ])('is accepted by the library of Standard Webhooks with %s', (_, known) => {
    expect(new Webhook(known).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it.each([
    ['another secret', other, body, headers],
    ['another body', secret, body.replace('succeeded', 'failed'), headers],
    ['another id', secret, body, { ...headers, 'webhook-id': 'whd_2' }],
    ['an old time', secret, body, signMessage([secret], 'whd_1', new Date(Date.now() - 600_000), body)],
    [
      'another time',
      secret,
      body,
      { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) },
    ],
  ])('is refused by it with %s', (_, known, received, given) => {
    expect(() => new Webhook(known).verify(received, given)).toThrow();
  });

  it('has secrets of 256 bits', () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(other);
  });
});
