import { Controller, Get, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Public } from '../auth/api-key.guard';
import { Drain } from '../platform/http/drain';
import { RenderBell } from '../platform/queue/render-bell';

const healthSchema = {
  type: 'object',
  properties: {
    status: { enum: ['ok', 'unavailable'] },
    checks: { type: 'object', additionalProperties: { enum: ['ok', 'unavailable'] } },
  },
} as object;

@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly bell: RenderBell,
    private readonly drain: Drain,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiResponse({ status: 200, description: 'Yes', schema: healthSchema })
  live(@Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.header('cache-control', 'no-store');
    return { status: 'ok', checks: {} };
  }

  /** Redis is told of, but does not count: without it reports are accepted all the same, and wait. */
  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Can it take requests?',
    description: 'Needs Postgres. Redis is shown, but does not count. No as soon as the process is told to end.',
  })
  @ApiResponse({ status: 200, description: 'Yes', schema: healthSchema })
  @ApiResponse({ status: 503, description: 'No', schema: healthSchema })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const hasDatabase = await this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const isReady = hasDatabase && !this.drain.isDraining;
    void reply.status(isReady ? 200 : 503).header('cache-control', 'no-store');
    return {
      status: word(isReady),
      checks: { postgres: word(hasDatabase), redis: word(this.bell.isConnected) },
    };
  }
}

function word(isOk: boolean): 'ok' | 'unavailable' {
  return isOk ? 'ok' : 'unavailable';
}
