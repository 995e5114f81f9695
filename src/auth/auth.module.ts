import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from './api-key.entity';
import { ApiKeys } from './api-keys';
import { RateLimiter } from './rate-limiter';
import { Tenant } from './tenant.entity';

/** Tenants, API keys and their scopes. */
@Module({
  imports: [TypeOrmModule.forFeature([Tenant, ApiKey])],
  providers: [ApiKeys, RateLimiter],
  exports: [ApiKeys, RateLimiter],
})
export class AuthModule {}
