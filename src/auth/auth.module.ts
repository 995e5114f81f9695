import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from './api-key.entity';
import { ApiKeyGuard } from './api-key.guard';
import { ApiKeys } from './api-keys';
import { RateLimiter } from './rate-limiter';
import { Tenant } from './tenant.entity';

/** Tenants, API keys and their scopes; its guard stands before every route. */
@Module({
  imports: [TypeOrmModule.forFeature([Tenant, ApiKey])],
  providers: [ApiKeys, RateLimiter, { provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AuthModule {}
