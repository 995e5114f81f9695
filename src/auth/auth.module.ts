import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from './api-key.entity';
import { ApiKeys } from './api-keys';
import { ApiKeysController } from './api-keys.controller';
import { ManageApiKeys } from './manage-api-keys';
import { RateLimiter } from './rate-limiter';
import { Tenant } from './tenant.entity';

/** Tenants, API keys and their scopes. */
@Module({
  imports: [TypeOrmModule.forFeature([Tenant, ApiKey])],
  controllers: [ApiKeysController],
  providers: [ApiKeys, ManageApiKeys, RateLimiter],
  exports: [ApiKeys, RateLimiter],
})
export class AuthModule {}
