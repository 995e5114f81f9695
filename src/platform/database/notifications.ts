import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Client } from 'pg';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';

interface Subscription {
  /** Called with the payload of each notification. */
  hear: (payload: string) => void;
  /** Called when the connection is there, at first or again: what was sent before that was not heard. */
  catchUp: () => void;
}

const firstRetryMs = 100;
const maxRetryMs = 5_000;
const probeMs = 10_000;

/**
 * The one connection of a process that listens to Postgres (LISTEN). It comes back by itself, and a silent one is
 * noticed by a probe. Notifications that are sent while it is away are lost, so they may only ever make things faster.
 */
@Injectable()
export class Notifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly subscriptions = new Map<string, Subscription>();
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = firstRetryMs;
  private isStopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /** To be called before the application is up. */
  subscribe(channel: string, subscription: Subscription): void {
    this.subscriptions.set(channel, subscription);
  }

  onApplicationBootstrap(): void {
    if (this.subscriptions.size > 0) void this.connect();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.client?.end().catch(() => undefined); // not waited for: its other end may have vanished
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.config.databaseUrl,
      application_name: 'pressroom-listen',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: probeMs,
    });
    this.client = client;
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    client.on('notification', ({ channel, payload }) => this.subscriptions.get(channel)?.hear(payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.subscriptions.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      this.retryMs = firstRetryMs;
      for (const { catchUp } of this.subscriptions.values()) catchUp();
      this.probe(client);
    } catch {
      this.reconnect(client);
    }
  }

  /** A connection whose other end has vanished says nothing, for ever. */
  private probe(client: Client): void {
    if (this.isStopped || client !== this.client) return;
    this.timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.probe(client),
        () => this.reconnect(client),
      );
    }, probeMs);
  }

  private reconnect(client: Client): void {
    if (this.isStopped || client !== this.client) return;
    this.client = undefined;
    clearTimeout(this.timer);
    client.end().catch(() => undefined);
    this.logger.warn({ retryMs: this.retryMs }, 'the connection that listens to Postgres was lost');
    this.timer = setTimeout(() => void this.connect(), this.retryMs * (0.8 + 0.4 * Math.random()));
    this.retryMs = Math.min(this.retryMs * 2, maxRetryMs);
  }
}
