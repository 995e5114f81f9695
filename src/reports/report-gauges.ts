import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { MetricsServer } from '../platform/metrics/metrics-server';

const open = new Gauge({
  name: 'pressroom_reports',
  help: 'Reports that have not ended, of the whole service.',
  labelNames: ['state'],
});
const oldest = new Gauge({
  name: 'pressroom_oldest_queued_seconds',
  help: 'How long the report that has waited longest has been due, of the whole service; 0 when none waits.',
});
const lost = new Gauge({
  name: 'pressroom_leases_run_out',
  help: 'Running reports whose worker has fallen silent and that were not taken back yet, of the whole service.',
});

/** What Postgres knows of the reports that are open; ended ones are counted as they end. Reads partial indexes only. */
@Injectable()
export class ReportGauges implements OnModuleInit {
  constructor(
    private readonly metrics: MetricsServer,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.metrics.beforeScrape(async () => {
      for (const gauge of [open, oldest, lost]) gauge.reset(); // better no figure than an old one
      const [found] = await this.database.query<Record<'queued' | 'running' | 'oldest' | 'lost', number>[]>(lookUp);
      const { queued, running, oldest: oldestSeconds, lost: lostCount } = found!;
      open.set({ state: 'queued' }, queued);
      open.set({ state: 'running' }, running);
      oldest.set(oldestSeconds);
      lost.set(lostCount);
    });
  }
}

const lookUp = `
  SELECT (SELECT count(*)::float8 FROM reports WHERE state = 'queued') AS queued,
         (SELECT count(*)::float8 FROM reports WHERE state = 'running') AS running,
         (SELECT count(*)::float8 FROM reports WHERE state = 'running' AND lease_expires_at < now()) AS lost,
         (SELECT greatest(0, coalesce(extract(epoch FROM now() - min(run_at)), 0))::float8
            FROM reports WHERE state = 'queued') AS oldest`;
