import { Module } from '@nestjs/common';
import { CleanDeliveriesLoop } from './clean-deliveries.loop';
import { DeliveryStateMachine } from './delivery-state';
import { RelayLoop } from './relay.loop';
import { SendDelivery } from './send-delivery';
import { WebhooksModule } from './webhooks.module';

/** What every worker does so that webhooks arrive. */
@Module({
  imports: [WebhooksModule],
  providers: [DeliveryStateMachine, SendDelivery, RelayLoop, CleanDeliveriesLoop],
})
export class WebhooksLoopsModule {}
