import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, RequireScope } from '../auth/api-key.guard';
import { canonicalHash, definitionSchema } from '../engine';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { isNotModified } from '../platform/http/conditional';
import { ApiProblems, bodyProblems } from '../platform/http/openapi';
import { DefinitionChecks } from './definition-checks';
import { definitionMediaTypes, readDefinition } from './read-definition';
import { presentValidation, validationSchema } from './validation-result';

const schemaTag = `"${canonicalHash(definitionSchema).toString('base64url')}"`;

@ApiTags('Templates')
@Controller('v1/definitions')
export class DefinitionsController {
  constructor(
    private readonly checks: DefinitionChecks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Open to all like the description of the API: editors fetch it, and have no key. */
  @Get('schema')
  @Public()
  @ApiOperation({
    summary: 'Read the schema of definitions',
    description: 'JSON Schema 2020-12, for editors and other tools; the same as `pressroom schema` prints.',
  })
  @ApiResponse({
    status: 200,
    description: 'The schema',
    content: { 'application/schema+json': { schema: { type: 'object' } } },
  })
  schema(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object | undefined {
    void reply.headers({ etag: schemaTag, 'cache-control': 'public, max-age=3600' });
    if (isNotModified(request.headers, { etag: schemaTag })) {
      void reply.status(304);
      return undefined;
    }
    void reply.type('application/schema+json; charset=utf-8');
    return definitionSchema;
  }

  /** Asks for no more than a submission, which compiles a definition of its own just the same. */
  @Post('validate')
  @HttpCode(200)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Check a definition',
    description:
      'Compiles the definition in the body and stores nothing. Says what it takes and how it will be rendered, or ' +
      'lists everything that is wrong with it.',
  })
  @ApiConsumes(...definitionMediaTypes)
  @ApiBody({ schema: { $ref: '#/components/schemas/definition' } })
  @ApiResponse({ status: 200, description: 'Nothing is wrong with it', schema: validationSchema as object })
  @ApiProblems(...bodyProblems, 'unauthenticated', 'insufficient-scope', 'quota-exceeded', 'service-unavailable')
  async validate(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const definition = await readDefinition(request, this.config);
    void reply.header('cache-control', 'no-store');
    return presentValidation(await this.checks.check(definition, ''));
  }
}
