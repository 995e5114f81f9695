import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { compileBodyCheck } from '../platform/http/body-check';
import { ApiProblems, bodyProblems } from '../platform/http/openapi';
import { readJson } from '../platform/http/read-body';
import { CurrentCaller, RequireScope } from './api-key.guard';
import type { ApiKeyRequest, ApiKeyRotation } from './api-key.schema';
import { apiKeyRequestSchema, apiKeyRotationSchema, apiKeySchema, apiKeyWithSecretSchema } from './api-key.schema';
import type { Caller } from './api-keys';
import type { ApiKeySummary, MadeKey } from './manage-api-keys';
import { ManageApiKeys } from './manage-api-keys';

const checkRequest = compileBodyCheck<ApiKeyRequest>(apiKeyRequestSchema);
const checkRotation = compileBodyCheck<ApiKeyRotation>(apiKeyRotationSchema);

@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ManageApiKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @RequireScope('keys:admin')
  @ApiOperation({
    summary: 'Make an API key',
    description: 'For the same tenant, with no scope that the key of the request lacks. The secret is shown only here.',
  })
  @ApiConsumes('application/json')
  @ApiBody({ schema: apiKeyRequestSchema as object })
  @ApiResponse({ status: 201, description: 'Made', schema: apiKeyWithSecretSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', ...bodyProblems)
  async create(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentMade(await this.keys.create(caller, checkRequest(await readJson(request, this.config))), reply);
  }

  @Get()
  @RequireScope('keys:admin')
  @ApiOperation({ summary: 'List the API keys of the tenant' })
  @ApiResponse({
    status: 200,
    description: 'Those that work and those that have expired in the last 30 days, oldest first',
    schema: { type: 'object', properties: { data: { type: 'array', items: apiKeySchema } } } as object,
  })
  @ApiProblems('unauthenticated', 'insufficient-scope')
  async list(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    void reply.header('cache-control', 'private, no-cache');
    return { data: (await this.keys.list(caller.tenantId)).map(present) };
  }

  @Get(':id')
  @RequireScope('keys:admin')
  @ApiOperation({ summary: 'Look up an API key' })
  @ApiResponse({ status: 200, description: 'Found', schema: apiKeySchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    void reply.header('cache-control', 'private, no-cache');
    return present(await this.keys.find(caller.tenantId, id));
  }

  @Post(':id/rotate')
  @RequireScope('keys:admin')
  @ApiOperation({
    summary: 'Put a new API key in the place of another',
    description: 'It has the same name, scopes and lifetime; the old one goes on working for `overlap` seconds.',
  })
  @ApiConsumes('application/json')
  @ApiBody({ required: false, schema: apiKeyRotationSchema as object })
  @ApiResponse({ status: 201, description: 'The new key', schema: apiKeyWithSecretSchema as object })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', 'api-key-not-rotatable', ...bodyProblems)
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.keys.find(caller.tenantId, id);
    const hasBody = request.headers['content-type'] !== undefined;
    const { overlap = 86_400 } = hasBody ? checkRotation(await readJson(request, this.config)) : {};
    return presentMade(await this.keys.rotate(caller, id, overlap), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('keys:admin')
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'It is refused from then on, by other API processes within three seconds. No key revokes itself.',
  })
  @ApiResponse({ status: 204, description: 'Revoked' })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', 'api-key-in-use')
  async revoke(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.keys.revoke(caller, id);
  }
}

function presentMade({ key, secret }: MadeKey, reply: FastifyReply): object {
  void reply.header('location', `/v1/api-keys/key_${key.id}`).header('cache-control', 'no-store');
  return { ...present(key), secret };
}

function present({ id, name, scopes, createdAt, expiresAt, lastUsedAt, replacedBy }: ApiKeySummary): object {
  return {
    id: `key_${id}`,
    object: 'api_key',
    name,
    scopes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    replacedBy: replacedBy === null ? null : `key_${replacedBy}`,
  };
}
