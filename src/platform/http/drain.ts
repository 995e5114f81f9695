import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';

/**
 * How the API leaves a load balancer: readiness is refused first, while requests are still taken, each answer closing
 * its connection; after a delay the listener closes, and what is in flight is finished.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  private isBegun = false;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Whether clients are being turned to other processes. */
  get isDraining(): boolean {
    return this.isBegun;
  }

  /** To be called before the server is ready, once. */
  watchAnswers(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onSend', (_request, reply, payload, next) => {
      if (this.isBegun) void reply.header('connection', 'close');
      next(null, payload);
    });
  }

  /** Refuses readiness from now on; resolves when load balancers have had the time to notice. */
  async begin(): Promise<void> {
    this.isBegun = true;
    await wait(this.config.drainDelay);
  }

  /** A client that keeps its connection, or reads slowly, holds the end up for no longer than the grace. */
  beforeApplicationShutdown(): void {
    this.isBegun = true;
    const server = this.host.httpAdapter.getHttpServer() as Server;
    setInterval(() => server.closeIdleConnections(), 200).unref();
    setTimeout(() => server.closeAllConnections(), this.config.shutdownGrace).unref();
  }
}
