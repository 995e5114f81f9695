import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { ApiProblems } from '../platform/http/openapi';
import { limitBody, requireMediaType } from '../platform/http/read-body';
import { fromPublicId, toPublicId } from '../platform/ids/public-id';
import { rowFormatNames } from './driver';
import type { Upload } from './upload.entity';
import { uploadSchema } from './upload.schema';
import { Uploads } from './uploads';

@ApiTags('Uploads')
@Controller('v1/uploads')
export class UploadsController {
  constructor(
    private readonly uploads: Uploads,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Upload rows',
    description:
      'Streams a CSV file with a header line, or one JSON object a line, to the service. A report reads it by its id: ' +
      '`"data": {"<dataset>": {"upload": "upl_…"}}`.',
  })
  @ApiConsumes(...rowFormatNames)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, description: 'Stored', schema: uploadSchema })
  @ApiProblems('unauthenticated', 'payload-too-large', 'unsupported-media-type', 'validation-failed')
  async create(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const mediaType = requireMediaType(request, rowFormatNames);
    const limits = { maxBytes: this.config.maxUploadSize, timeoutMs: this.config.bodyTimeout };
    const upload = await this.uploads.create(caller.tenantId, mediaType, limitBody(request, limits, 'pause'));
    void reply.header('location', `/v1/uploads/${toPublicId('upl', upload.id)}`).header('cache-control', 'no-store');
    return present(upload);
  }

  @Get(':id')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'Look up an upload' })
  @ApiResponse({ status: 200, description: 'Found', schema: uploadSchema })
  @ApiProblems('unauthenticated', 'not-found')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const [upload] = await this.uploads.find(caller.tenantId, [uuidOf(id)]);
    if (!upload) throw new AppError('not-found');
    void reply.header('cache-control', 'private, no-cache');
    return present(upload);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('reports:write')
  @ApiOperation({ summary: 'Delete an upload', description: 'Reports that were accepted before still read it.' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiProblems('unauthenticated', 'not-found')
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    if (!(await this.uploads.expire(caller.tenantId, uuidOf(id)))) throw new AppError('not-found');
  }
}

function uuidOf(id: string): string {
  const uuid = fromPublicId('upl', id);
  if (uuid === undefined) throw new AppError('not-found');
  return uuid;
}

function present(upload: Upload): object {
  return {
    id: toPublicId('upl', upload.id),
    object: 'upload',
    mediaType: upload.mediaType,
    rows: Number(upload.rowCount),
    size: Number(upload.sizeBytes),
    sha256: upload.sha256.toString('hex'),
    createdAt: upload.createdAt.toISOString(),
    expiresAt: upload.expiresAt.toISOString(),
  };
}
