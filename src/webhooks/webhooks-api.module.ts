import { Module } from '@nestjs/common';
import { Endpoints } from './endpoints';
import { WebhookEndpointsController } from './webhook-endpoints.controller';
import { WebhooksModule } from './webhooks.module';

/** Webhook endpoints and the log of their deliveries, over HTTP. */
@Module({
  imports: [WebhooksModule],
  controllers: [WebhookEndpointsController],
  providers: [Endpoints],
})
export class WebhooksApiModule {}
