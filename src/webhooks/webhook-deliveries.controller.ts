import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { AppError } from '../platform/errors/app-error';
import { ApiProblems } from '../platform/http/openapi';
import { ApiPage, parseLimit, presentPage } from '../platform/http/page';
import { QueryParameters } from '../platform/http/route.guard';
import { toPublicId } from '../platform/ids/public-id';
import type { DeliveryFilters } from './deliveries';
import { Deliveries } from './deliveries';
import { deliverySchema } from './delivery.schema';
import type { EventType } from './event-types';
import { eventTypes } from './event-types';
import type { DeliveryState, WebhookDelivery } from './webhook-delivery.entity';
import { deliveryStates } from './webhook-delivery.entity';

const listParameters = ['endpointId', 'status', 'type', 'limit', 'cursor'] as const;

type ListQuery = Partial<Record<(typeof listParameters)[number], string>>;

@ApiTags('Webhooks')
@Controller('v1')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: Deliveries) {}

  @Get('webhook-deliveries')
  @RequireScope('webhooks:admin')
  @QueryParameters(...listParameters)
  @ApiOperation({
    summary: 'List webhook deliveries',
    description: 'Newest first. Go on with `cursor` = `nextCursor`.',
  })
  @ApiQuery({ name: 'endpointId', required: false })
  @ApiQuery({ name: 'status', required: false, description: 'One or more, separated by commas.' })
  @ApiQuery({ name: 'type', required: false, schema: { type: 'string', enum: [...eventTypes] } })
  @ApiPage('deliveries', deliverySchema)
  @ApiProblems('invalid-parameter', 'invalid-cursor', 'unauthenticated', 'insufficient-scope')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ListQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const limit = parseLimit(query.limit);
    const { found, nextCursor } = await this.deliveries.list(caller.tenantId, filtersOf(query), limit, query.cursor);
    return presentPage(reply, '/v1/webhook-deliveries', query, { data: found.map(present), nextCursor });
  }

  @Post('webhook-deliveries/:id/redeliver')
  @HttpCode(202)
  @RequireScope('webhooks:admin')
  @ApiOperation({
    summary: 'Send a webhook delivery again',
    description: 'With the same `webhook-id`, at once, and if need be by the whole schedule.',
  })
  @ApiResponse({ status: 202, description: 'It will be sent', schema: deliverySchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', 'webhook-endpoint-disabled')
  async redeliver(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<object> {
    return present(await this.deliveries.redeliver(caller.tenantId, id));
  }

  @Post('webhook-endpoints/:id/test')
  @HttpCode(202)
  @RequireScope('webhooks:admin')
  @ApiOperation({ summary: 'Test a webhook endpoint', description: 'Sends it an `endpoint.ping`.' })
  @ApiResponse({ status: 202, description: 'The delivery to follow', schema: deliverySchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', 'webhook-endpoint-disabled')
  async test(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<object> {
    return present(await this.deliveries.ping(caller.tenantId, id));
  }
}

function filtersOf({ endpointId, status, type }: ListQuery): DeliveryFilters {
  return {
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(status === undefined ? {} : { status: status.split(',').map((part) => oneOf(deliveryStates, 'status', part)) }),
    ...(type === undefined ? {} : { type: oneOf(eventTypes, 'type', type) }),
  };
}

function oneOf<T extends DeliveryState | EventType>(known: readonly T[], parameter: string, text: string): T {
  const found = known.find((candidate) => candidate === text);
  if (found === undefined)
    throw new AppError('invalid-parameter', { parameter, reason: `is one of ${known.join(', ')}` });
  return found;
}

function present(delivery: WebhookDelivery): object {
  return {
    id: toPublicId('whd', delivery.id),
    object: 'webhook_delivery',
    endpointId: toPublicId('whe', delivery.endpointId),
    type: delivery.type,
    data: delivery.data,
    status: delivery.state,
    attempts: delivery.attempts,
    lastAttemptAt: delivery.lastAttemptAt?.toISOString() ?? null,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    nextAttemptAt: delivery.state === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
    createdAt: delivery.createdAt.toISOString(),
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
  };
}
