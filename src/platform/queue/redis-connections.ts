import { Inject, Injectable, Module } from '@nestjs/common';
import Redis from 'ioredis';
import { PinoLogger } from 'nestjs-pino';
import { Counter, Gauge } from 'prom-client';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { SilenceWatch } from './silence-watch';

/** What Bull wants a connection for: sending commands, hearing events, or waiting for a job. */
export type ConnectionType = 'client' | 'subscriber' | 'bclient';

/** Longest pause between two tries to connect: all connections are back so soon after Redis. */
const longestPauseMs = 2_000;

/** Longest silence of a connection. Bull waits for jobs by a command that Redis answers after five seconds at the latest. */
const longestSilenceMs = { client: 3_000, subscriber: 10_000, bclient: 10_000 };

const isUp = new Gauge({ name: 'pressroom_redis_up', help: '1 while this process has a connection to Redis, else 0.' });
const replaced = new Counter({
  name: 'pressroom_redis_silent_connections_total',
  help: 'Connections to Redis that were replaced because nothing came over them any more.',
  labelNames: ['connection'],
});

/**
 * The connections of a process to Redis. The one that sends commands fails fast, because an answer to a client must not
 * wait for Redis; the two that listen wait as long as it takes.
 */
@Injectable()
export class RedisConnections {
  private readonly opened: Redis[] = [];
  private readonly watches: SilenceWatch[] = [];
  private readonly shared = new Map<ConnectionType, Redis>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /** All queues share one connection of a type, but for waiting: who waits for a job of one cannot wait for another's. */
  get(type: ConnectionType): Redis {
    if (type === 'bclient') return this.open(type);
    const known = this.shared.get(type) ?? this.open(type);
    this.shared.set(type, known);
    return known;
  }

  private open(type: ConnectionType): Redis {
    const shared = {
      retryStrategy: (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 5), longestPauseMs),
      keepAlive: 10_000,
      // A primary that was made a replica keeps its connections, and refuses what is written: another has its address now.
      reconnectOnError: (error: Error) => error.message.includes('READONLY'),
    };
    // A time limit on commands must not be set where Bull waits for jobs: the wait itself is a command.
    const client =
      type === 'client'
        ? new Redis(this.config.redisUrl, {
            ...shared,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 1,
            connectTimeout: 1_000,
            commandTimeout: 1_000,
          })
        : new Redis(this.config.redisUrl, { ...shared, enableReadyCheck: false, maxRetriesPerRequest: null });
    client.on('error', () => undefined); // Redis may be away: Bull reports it, and the connection comes back by itself
    this.opened.push(client);
    if (type === 'client') {
      client.on('ready', () => isUp.set(1));
      client.on('close', () => isUp.set(0));
    }
    const onCut = (silentMs: number) => {
      replaced.inc({ connection: type });
      this.logger.warn({ connection: type, silentMs }, 'a connection to Redis was silent, and is replaced');
    };
    this.watches.push(new SilenceWatch(client, longestSilenceMs[type], onCut));
    return client;
  }

  /** Bull itself closes only connections that it has made. */
  closeAll(): void {
    for (const watch of this.watches) watch.stop();
    for (const client of this.opened) client.disconnect();
  }
}

/** A module of its own, so that the queue can be built with it. */
@Module({ providers: [RedisConnections], exports: [RedisConnections] })
export class RedisModule {}
