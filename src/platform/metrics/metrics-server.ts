import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { collectDefaultMetrics, register } from 'prom-client';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';

/** Answers that scrape often, or several at once, cost no more than one. */
const freshMs = 2_000;
/** A scrape does not wait for Postgres any longer; Prometheus itself gives up after ten seconds. */
const patienceMs = 3_000;

/**
 * Serves the metrics of the process in the text format of Prometheus, at /metrics on a port of its own, so that a network
 * policy can tell them from the API. Counters are kept where things happen; what must be looked up is looked up for a scrape.
 */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly lookUps: (() => Promise<void>)[] = [];
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));
  private freshUntil = 0;
  private lookingUp: Promise<unknown> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /** Sets gauges before they are read. To be called before the application is up; failing is nobody else's trouble. */
  beforeScrape(lookUp: () => Promise<void>): void {
    this.lookUps.push(lookUp);
  }

  /** @throws Error when the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    const { host, metricsPort: port } = this.config;
    if (port === 0) return;
    collectDefaultMetrics();
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen({ host, port }, resolve);
    });
    this.logger.info({ host, port }, 'serving metrics');
  }

  beforeApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url?.split('?', 1)[0] !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    const unblock = new AbortController();
    await Promise.race([this.lookUp(), wait(patienceMs, undefined, { signal: unblock.signal }).catch(() => undefined)]);
    unblock.abort();
    response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' });
    response.end(await register.metrics());
  }

  private lookUp(): Promise<unknown> {
    if (performance.now() < this.freshUntil) return Promise.resolve();
    this.lookingUp ??= Promise.allSettled(this.lookUps.map((lookUp) => lookUp())).then((results) => {
      this.freshUntil = performance.now() + freshMs;
      this.lookingUp = undefined;
      for (const result of results)
        if (result.status === 'rejected')
          this.logger.debug({ err: result.reason as unknown }, 'some metrics could not be looked up');
    });
    return this.lookingUp;
  }
}
