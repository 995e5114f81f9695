import { Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { isNotModified } from '../platform/http/conditional';
import { ApiProblems, bodyProblems } from '../platform/http/openapi';
import { definitionMediaTypes, readDefinition } from './read-definition';
import { templateNamePattern } from './template-reference';
import type { TemplateVersion } from './template-version.entity';
import type { TemplateSummary } from './templates';
import { Templates } from './templates';

@ApiTags('Templates')
@Controller('v1/templates')
export class TemplatesController {
  constructor(
    private readonly templates: Templates,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Put(':name')
  @RequireScope('templates:admin')
  @ApiOperation({
    summary: 'Register a template',
    description:
      'The body is the definition. Content equal to the latest version adds none; else the next version is made.',
  })
  @ApiParam({ name: 'name', schema: { type: 'string', pattern: `^${templateNamePattern}$` } })
  @ApiConsumes(...definitionMediaTypes)
  @ApiBody({ schema: { $ref: '#/components/schemas/definition' } })
  @ApiResponse({ status: 200, description: 'The latest version says the same', schema: templateSchema(true) })
  @ApiResponse({ status: 201, description: 'A new version', schema: templateSchema(true) })
  @ApiProblems(...bodyProblems, 'unauthenticated', 'insufficient-scope', 'service-unavailable')
  async save(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    if (!new RegExp(`^${templateNamePattern}$`).test(name))
      throw new AppError('invalid-parameter', {
        parameter: 'name',
        reason: 'has 1 to 100 letters, digits, dots, underscores or hyphens, the first a letter or digit',
      });
    const { saved, isNew } = await this.templates.save(
      caller.tenantId,
      name,
      await readDefinition(request, this.config),
    );
    if (isNew) void reply.status(201).header('location', `/v1/templates/${name}/versions/${saved.version}`);
    void reply.headers({ 'cache-control': 'no-store', etag: etagOf(saved) });
    return { ...present(saved), definition: saved.definition };
  }

  @Get()
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'List the templates', description: 'The latest version of each, by name.' })
  @ApiResponse({ status: 200, description: 'Templates', schema: listOf(templateSchema(false)) })
  @ApiProblems('unauthenticated')
  async list(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    void reply.header('cache-control', 'private, no-cache');
    return { data: (await this.templates.list(caller.tenantId)).map(present) };
  }

  @Get(':name')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'Read the latest version of a template' })
  @ApiResponse({ status: 200, description: 'The template', schema: templateSchema(true) })
  @ApiProblems('unauthenticated', 'template-not-found')
  async findLatest(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    return answer(await this.templates.find(caller.tenantId, name), request, reply);
  }

  @Get(':name/versions')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'List the versions of a template', description: 'Newest first.' })
  @ApiResponse({ status: 200, description: 'Versions', schema: listOf(templateSchema(false)) })
  @ApiProblems('unauthenticated', 'template-not-found')
  async listVersions(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const versions = await this.templates.listVersions(caller.tenantId, name);
    void reply.header('cache-control', 'private, no-cache');
    return { data: versions.map(present) };
  }

  @Get(':name/versions/:version')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'Read one version of a template' })
  @ApiResponse({ status: 200, description: 'The version', schema: templateSchema(true) })
  @ApiProblems('unauthenticated', 'template-not-found')
  async findVersion(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Param('version') version: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    if (!/^[1-9]\d{0,8}$/.test(version)) throw new AppError('template-not-found', { template: `${name}@${version}` });
    return answer(await this.templates.find(caller.tenantId, name, Number(version)), request, reply);
  }
}

function answer(template: TemplateVersion, request: FastifyRequest, reply: FastifyReply): object | undefined {
  const etag = etagOf(template);
  void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Authorization, Accept' });
  if (isNotModified(request.headers, { etag })) {
    void reply.status(304);
    return undefined;
  }
  return { ...present(template), definition: template.definition };
}

function etagOf(template: TemplateSummary): string {
  return `"${template.version}-${template.hash.toString('base64url')}"`;
}

function present({ name, version, hash, createdAt }: TemplateSummary): object {
  return { name, version, hash: hash.toString('hex'), createdAt: createdAt.toISOString() };
}

function templateSchema(withDefinition: boolean) {
  return {
    type: 'object',
    properties: {
      name: { type: 'string' },
      version: { type: 'integer' },
      hash: { type: 'string', description: "SHA-256 of the definition's canonical JSON (RFC 8785), hex." },
      createdAt: { type: 'string', format: 'date-time' },
      ...(withDefinition ? { definition: { type: 'object' } } : {}),
    },
  };
}

function listOf(items: object) {
  return { type: 'object', properties: { data: { type: 'array', items } } };
}
