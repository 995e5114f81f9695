import Redis from 'ioredis';

/**
 * The three kinds of connection that Bull asks for. The one that sends commands fails fast, because an answer to a
 * client must not wait for Redis; the two that listen wait as long as it takes. All are back within two seconds of
 * Redis' return.
 */
export function createRedisClient(url: string, type: 'client' | 'subscriber' | 'bclient'): Redis {
  const retryStrategy = (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000);
  const client =
    type === 'client'
      ? new Redis(url, {
          retryStrategy,
          enableOfflineQueue: false,
          maxRetriesPerRequest: 1,
          connectTimeout: 1_000,
          commandTimeout: 1_000,
        })
      : new Redis(url, { retryStrategy, enableReadyCheck: false, maxRetriesPerRequest: null });
  client.on('error', () => undefined); // Redis may be away: Bull reports it, and the connection comes back by itself
  return client;
}
