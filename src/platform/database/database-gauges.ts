import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { MetricsServer } from '../metrics/metrics-server';

const isUp = new Gauge({ name: 'pressroom_postgres_up', help: '1 when Postgres answered this process, else 0.' });
const connections = new Gauge({
  name: 'pressroom_postgres_connections',
  help: 'Connections of the pool of this process: idle, busy; and queries that wait for one.',
  labelNames: ['state'],
});

/** What a process knows of its connections to Postgres. */
@Injectable()
export class DatabaseGauges implements OnModuleInit {
  constructor(
    private readonly metrics: MetricsServer,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.metrics.beforeScrape(async () => {
      const { totalCount, idleCount, waitingCount } = (this.database.driver as unknown as { master: Pool }).master;
      connections.set({ state: 'idle' }, idleCount);
      connections.set({ state: 'busy' }, totalCount - idleCount);
      connections.set({ state: 'waiting' }, waitingCount);
      isUp.set(0); // stays so when no answer comes while the scrape lasts
      await this.database.query('SELECT 1');
      isUp.set(1);
    });
  }
}
