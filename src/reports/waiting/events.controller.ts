import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { PinoLogger } from 'nestjs-pino';
import { CurrentCaller, RequireScope } from '../../auth/api-key.guard';
import type { Caller } from '../../auth/api-keys';
import { isDatabaseUnavailable } from '../../platform/database/database-errors';
import { AppError } from '../../platform/errors/app-error';
import { ApiProblems } from '../../platform/http/openapi';
import { Produces } from '../../platform/http/route.guard';
import { toPublicId } from '../../platform/ids/public-id';
import { FindReports } from '../find-reports';
import { isTerminal } from '../report-view';
import type { Report } from '../report.entity';
import { EventStream } from './event-stream';
import { ReadEvents } from './read-events';
import { ReportChanges } from './report-changes';
import { tooManyWaiters, Waiters } from './waiters';

/** Progress is told no more than twice a second. */
const progressPauseMs = 500;
/** After this a stream ends, and its client comes again, perhaps to another process. */
const maxStreamMs = 600_000;
const databasePauseMs = 2_000;

@ApiTags('Reports')
@Controller('v1/reports')
export class EventsController {
  constructor(
    private readonly findReports: FindReports,
    private readonly readEvents: ReadEvents,
    private readonly changes: ReportChanges,
    private readonly waiters: Waiters,
    private readonly logger: PinoLogger,
  ) {}

  @Get(':id/events')
  @RequireScope('reports:read')
  @Produces('text/event-stream')
  @ApiOperation({
    summary: 'Watch a report',
    description:
      'Server-sent events: `status` for each change of the status, `progress` at most twice a second, and `end`, with the report as its data, when it has ended. Ids are versions of the report.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    description: 'Id of the last event that was seen; everything after it is told.',
    schema: { type: 'integer' },
  })
  @ApiResponse({
    status: 200,
    description: 'The stream',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiResponse({
    status: 204,
    description: 'Last-Event-ID names the end of the report, so there is nothing more to tell',
  })
  @ApiProblems(
    'unauthenticated',
    'insufficient-scope',
    'not-found',
    'not-acceptable',
    'report-deleted',
    'quota-exceeded',
  )
  async watch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.findReports.find(caller.tenantId, id);
    const seen = readLastEventId(request);
    if (seen !== undefined && (await this.readEvents.hasEndedBy(seen, found.report))) {
      await reply.status(204).header('cache-control', 'no-store').send();
      return;
    }
    const waiter = this.waiters.enter(caller.keyId, reply.raw);
    if (!waiter) throw tooManyWaiters();
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept, Last-Event-ID',
      'x-accel-buffering': 'no', // nginx would keep events back
    });
    const stream = new EventStream(reply.raw);
    try {
      if (request.method === 'GET') await this.follow(caller, found.report, seen, stream, waiter.signal);
    } catch (err) {
      // The client has gone, or so has the report.
      if (!waiter.signal.aborted && !(err instanceof AppError))
        this.logger.error({ err }, 'a stream of events broke off');
    } finally {
      waiter.leave();
      stream.end();
    }
  }

  /** Tells what happens until the report has ended, the client has gone, or the stream has lasted long enough. */
  private async follow(
    caller: Caller,
    { id, state, version }: Report,
    lastSeen: number | undefined,
    stream: EventStream,
    signal: AbortSignal,
  ): Promise<void> {
    const watch = this.changes.watch(id, { state, version: Number(version) }, true);
    const endsAt = performance.now() + maxStreamMs;
    let progressFrom = 0;
    let seen = lastSeen;
    try {
      for (;;) {
        const { events, current } = await patiently(signal, async () => {
          const found = await this.findReports.find(caller.tenantId, toPublicId('rep', id));
          return { events: await this.readEvents.since(found, seen), current: found.report.state };
        });
        const due = events.filter(({ type }) => type !== 'progress' || performance.now() >= progressFrom);
        await stream.send(due);
        if (isTerminal(current)) return;
        const known = (seen = due.at(-1)?.id ?? seen) ?? 0;
        if (due.some(({ type }) => type === 'progress')) progressFrom = performance.now() + progressPauseMs;
        // Only a change of state is told before the pause is over.
        await watch.until((pulse) => pulse.state !== current, progressFrom - performance.now(), signal);
        if (!(await watch.until((pulse) => pulse.version > known, endsAt - performance.now(), signal))) return;
      }
    } finally {
      watch.close();
    }
  }
}

/** Goes on trying while Postgres is away: a client of events does not come again after an answer other than 200. */
async function patiently<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      await wait(databasePauseMs, undefined, { signal });
    }
  }
}

/** The version in Last-Event-ID; what is no id of ours is passed over, as if there were none. */
function readLastEventId({ headers }: FastifyRequest): number | undefined {
  const given = headers['last-event-id'];
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
}
