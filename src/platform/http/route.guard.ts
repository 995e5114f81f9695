import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error';
import { requireAcceptable } from './read-body';

const ANY_ACCEPT = Symbol('any-accept');
const MEDIA_TYPE = Symbol('media-type');
const QUERY = Symbol('query');

/** What a route answers with, where that is not JSON; 406 where Accept excludes it. */
export const Produces = (mediaType: string) => SetMetadata(MEDIA_TYPE, mediaType);

/** Lets a route answer whatever Accept says. */
export const AnyAccept = () => SetMetadata(ANY_ACCEPT, true);

/** Query parameters that a route knows; none where nothing is said. */
export const QueryParameters = (...names: string[]) => SetMetadata(QUERY, names);

/**
 * Refuses what a route cannot answer: an Accept header that excludes its media type, and query parameters that it
 * does not know or that are given twice, because a misspelt filter that is ignored shows the wrong list.
 */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const known = this.reflector.get<string[] | undefined>(QUERY, handler) ?? [];
    for (const [parameter, value] of Object.entries(request.query as Record<string, unknown>)) {
      if (!known.includes(parameter))
        throw invalid(
          parameter,
          known.length === 0 ? 'is not known: no query parameter is' : `is not known; known are ${known.join(', ')}`,
        );
      if (typeof value !== 'string') throw invalid(parameter, 'is given more than once');
    }
    const isAnyAccepted = this.reflector.get<boolean | undefined>(ANY_ACCEPT, handler) ?? false;
    const mediaType = this.reflector.get<string | undefined>(MEDIA_TYPE, handler) ?? 'application/json';
    if (!isAnyAccepted) requireAcceptable(request, mediaType);
    return true;
  }
}

function invalid(parameter: string, reason: string): AppError {
  return new AppError('invalid-parameter', { parameter, reason });
}
