import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { MetricsServer } from '../platform/metrics/metrics-server';

const open = new Gauge({
  name: 'pressroom_webhook_deliveries',
  help: 'Webhook deliveries that have not ended, of the whole service.',
  labelNames: ['state'],
});
const oldestDue = new Gauge({
  name: 'pressroom_oldest_due_delivery_seconds',
  help: 'How long the webhook delivery that is most overdue has been due, of the whole service; 0 when none is.',
});

/** What Postgres knows of the deliveries that are open. */
@Injectable()
export class DeliveryGauges implements OnModuleInit {
  constructor(
    private readonly metrics: MetricsServer,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.metrics.beforeScrape(async () => {
      for (const gauge of [open, oldestDue]) gauge.reset();
      const [found] = await this.database.query<Record<'pending' | 'delivering' | 'overdue', number>[]>(lookUp);
      const { pending, delivering, overdue } = found!;
      open.set({ state: 'pending' }, pending);
      open.set({ state: 'delivering' }, delivering);
      oldestDue.set(overdue);
    });
  }
}

const lookUp = `
  SELECT (SELECT count(*)::float8 FROM webhook_deliveries WHERE state = 'pending') AS pending,
         (SELECT count(*)::float8 FROM webhook_deliveries WHERE state = 'delivering') AS delivering,
         (SELECT greatest(0, coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0))::float8
            FROM webhook_deliveries WHERE state = 'pending') AS overdue`;
