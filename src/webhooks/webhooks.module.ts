import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryGauges } from './delivery-gauges';
import { WebhookDelivery } from './webhook-delivery.entity';
import { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookSecrets } from './webhook-secrets';

/** Endpoints and deliveries: what the API and the workers both need. */
@Module({
  imports: [TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery])],
  providers: [WebhookSecrets, DeliveryGauges],
  exports: [TypeOrmModule, WebhookSecrets],
})
export class WebhooksModule {}
