import { Module } from '@nestjs/common';
import { Deliveries } from './deliveries';
import { Endpoints } from './endpoints';
import { WebhookDeliveriesController } from './webhook-deliveries.controller';
import { WebhookEndpointsController } from './webhook-endpoints.controller';
import { WebhooksModule } from './webhooks.module';

/** Webhook endpoints and the log of their deliveries, over HTTP. */
@Module({
  imports: [WebhooksModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [Endpoints, Deliveries],
})
export class WebhooksApiModule {}
