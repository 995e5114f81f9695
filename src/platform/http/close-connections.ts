import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';

/**
 * At shutdown answers in progress are finished and their connections closed; a client that reads slowly holds it up for
 * no longer than the grace.
 */
@Injectable()
export class CloseConnections implements BeforeApplicationShutdown {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    setInterval(() => server.closeIdleConnections(), 200).unref();
    setTimeout(() => server.closeAllConnections(), this.config.shutdownGrace).unref();
  }
}
