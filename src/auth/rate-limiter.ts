import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { clientNetwork } from './client-network';

const maxBuckets = 10_000;

/**
 * A token bucket in this process for each API key, and for each address where no key is needed. Its state is told in
 * the `RateLimit-Policy` and `RateLimit` headers of the answer (draft-ietf-httpapi-ratelimit-headers-10).
 */
@Injectable()
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws AppError `quota-exceeded` with Retry-After when the key has no request left */
  takeByKey(keyId: string, reply: FastifyReply): void {
    this.take(`key ${keyId}`, 'This API key has used its requests for now', reply);
  }

  /** @throws AppError `quota-exceeded` with Retry-After when the address has no request left */
  takeByAddress(address: string, reply: FastifyReply): void {
    this.take(`address ${clientNetwork(address)}`, 'This address has used its requests for now', reply);
  }

  private take(owner: string, reason: string, reply: FastifyReply): void {
    const { rateLimit, rateBurst } = this.config;
    const now = performance.now();
    const bucket = this.buckets.get(owner) ?? { tokens: rateBurst, at: now };
    const tokens = Math.min(rateBurst, bucket.tokens + ((now - bucket.at) / 1000) * rateLimit);
    const isAllowed = tokens >= 1;
    const left = isAllowed ? tokens - 1 : tokens;
    if (this.buckets.size >= maxBuckets) this.buckets.clear();
    this.buckets.set(owner, { tokens: left, at: now });
    const fullIn = Math.ceil((rateBurst - left) / rateLimit);
    void reply.headers({
      'ratelimit-policy': `"default";q=${rateBurst};w=${Math.ceil(rateBurst / rateLimit)}`,
      ratelimit: `"default";r=${Math.floor(left)};t=${fullIn}`,
    });
    if (isAllowed) return;
    throw new AppError('quota-exceeded', { reason }, { headers: { 'retry-after': '1' } });
  }
}
