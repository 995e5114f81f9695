import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors/app-error';
import type { Caller } from './api-keys';
import { ApiKeys } from './api-keys';
import { RateLimiter } from './rate-limiter';
import type { Scope } from './scopes';

const ACCESS = Symbol('access');

/** The scope that a route asks for. A route that names neither a scope nor {@link Public} is closed to everyone. */
export const RequireScope = (scope: Scope) => SetMetadata(ACCESS, scope);

/** Opens a route to everyone. */
export const Public = () => applyDecorators(SetMetadata(ACCESS, 'public'), ApiSecurity({}));

interface AuthenticatedRequest extends FastifyRequest {
  caller?: Caller;
}

/** The {@link Caller} of the request, as a parameter of a route. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw new Error('CurrentCaller is used on a public route');
  return caller;
});

/** Lets a request through with a valid key that has the route's scope and requests left. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeys,
    private readonly rateLimiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Scope | 'public' | undefined>(ACCESS, context.getHandler());
    if (access === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const [, key] = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = key === undefined ? undefined : await this.apiKeys.authenticate(key);
    if (!caller) throw new AppError('unauthenticated', {}, { headers: { 'www-authenticate': 'Bearer' } });
    this.rateLimiter.takeByKey(caller.keyId, http.getResponse<FastifyReply>());
    if (access === undefined || !caller.scopes.includes(access))
      throw new AppError('insufficient-scope', { requiredScope: access ?? 'none' });
    request.caller = caller;
    return true;
  }
}
