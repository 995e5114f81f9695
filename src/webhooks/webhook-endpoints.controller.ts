import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { compileBodyCheck } from '../platform/http/body-check';
import { ApiProblems, bodyProblems } from '../platform/http/openapi';
import { readJson } from '../platform/http/read-body';
import { toPublicId } from '../platform/ids/public-id';
import type { EndpointChange, EndpointRequest } from './endpoint.schema';
import {
  endpointChangeSchema,
  endpointRequestSchema,
  endpointSchema,
  endpointWithSecretSchema,
} from './endpoint.schema';
import { Endpoints } from './endpoints';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

const checkRequest = compileBodyCheck<EndpointRequest>(endpointRequestSchema);
const checkChange = compileBodyCheck<EndpointChange>(endpointChangeSchema);

const changeMediaTypes = ['application/json', 'application/merge-patch+json'] as const;

@ApiTags('Webhooks')
@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: Endpoints,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @RequireScope('webhooks:admin')
  @ApiOperation({
    summary: 'Register a webhook endpoint',
    description: 'Events are posted to its URL, signed with the secret (Standard Webhooks), which is shown only here.',
  })
  @ApiConsumes('application/json')
  @ApiBody({ schema: endpointRequestSchema as object })
  @ApiResponse({ status: 201, description: 'Registered', schema: endpointWithSecretSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', ...bodyProblems, 'webhook-url-refused')
  async create(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const body = checkRequest(await readJson(request, this.config));
    const { endpoint, secret } = await this.endpoints.create(caller.tenantId, body);
    const { id, ...rest } = present(endpoint, reply);
    void reply.header('location', `/v1/webhook-endpoints/${id}`).header('cache-control', 'no-store');
    return { id, ...rest, secret };
  }

  @Get()
  @RequireScope('webhooks:admin')
  @ApiOperation({ summary: 'List webhook endpoints' })
  @ApiResponse({
    status: 200,
    description: 'All of them, oldest first',
    schema: { type: 'object', properties: { data: { type: 'array', items: endpointSchema } } } as object,
  })
  @ApiProblems('unauthenticated', 'insufficient-scope')
  async list(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const endpoints = await this.endpoints.list(caller.tenantId);
    return { data: endpoints.map((endpoint) => present(endpoint, reply)) };
  }

  @Get(':id')
  @RequireScope('webhooks:admin')
  @ApiOperation({ summary: 'Look up a webhook endpoint' })
  @ApiResponse({ status: 200, description: 'Found', schema: endpointSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return present(await this.endpoints.find(caller.tenantId, id), reply);
  }

  @Patch(':id')
  @RequireScope('webhooks:admin')
  @ApiOperation({
    summary: 'Change a webhook endpoint',
    description: 'Its URL, events, description or status; what is not named stays as it is (RFC 7396).',
  })
  @ApiConsumes(...changeMediaTypes)
  @ApiBody({ schema: endpointChangeSchema as object })
  @ApiResponse({ status: 200, description: 'Changed', schema: endpointSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', ...bodyProblems, 'webhook-url-refused')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.endpoints.find(caller.tenantId, id);
    const body = checkChange(await readJson(request, this.config, { accepted: changeMediaTypes }));
    return present(await this.endpoints.change(caller.tenantId, id, body), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('webhooks:admin')
  @ApiOperation({ summary: 'Delete a webhook endpoint', description: 'Also ends its deliveries and their log.' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found')
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.endpoints.remove(caller.tenantId, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @RequireScope('webhooks:admin')
  @ApiOperation({
    summary: 'Rotate the secret of a webhook endpoint',
    description: 'For 24 hours messages carry two signatures, one of each secret.',
  })
  @ApiResponse({ status: 200, description: 'The new secret', schema: endpointWithSecretSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found')
  async rotateSecret(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { endpoint, secret } = await this.endpoints.rotateSecret(caller.tenantId, id);
    const shown = { ...present(endpoint, reply), secret };
    void reply.header('cache-control', 'no-store');
    return shown;
  }
}

function present(endpoint: WebhookEndpoint, reply: FastifyReply) {
  void reply.header('cache-control', 'private, no-cache');
  const { previousSecretExpiresAt: expiresAt } = endpoint;
  return {
    id: toPublicId('whe', endpoint.id),
    object: 'webhook_endpoint',
    url: endpoint.url,
    events: endpoint.events,
    description: endpoint.description,
    status: endpoint.status,
    disabledReason: endpoint.disabledReason,
    previousSecretExpiresAt: expiresAt !== null && expiresAt.getTime() > Date.now() ? expiresAt.toISOString() : null,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}
