import { DataSource } from 'typeorm';
import { ApiKey } from '../../src/auth/api-key.entity';
import { Tenant } from '../../src/auth/tenant.entity';
import { Upload } from '../../src/data-sources/upload.entity';
import type { Config } from '../../src/platform/config/config';
import { loadConfig } from '../../src/platform/config/config';
import { migrations } from '../../src/platform/database/migrations';
import { IdempotencyKey } from '../../src/reports/idempotency-key.entity';
import { ReportBatch } from '../../src/reports/report-batch.entity';
import { ReportEvent } from '../../src/reports/report-event.entity';
import { ReportFile } from '../../src/reports/report-file.entity';
import { ReportInput } from '../../src/reports/report-input.entity';
import { ReportUpload } from '../../src/reports/report-upload.entity';
import { Report } from '../../src/reports/report.entity';
import { TemplateVersion } from '../../src/templates/template-version.entity';
import { WebhookDelivery } from '../../src/webhooks/webhook-delivery.entity';
import { WebhookEndpoint } from '../../src/webhooks/webhook-endpoint.entity';
import type { TestDatabase } from './services';
import { createDatabase } from './services';

const entities = [
  ApiKey,
  IdempotencyKey,
  Report,
  ReportBatch,
  ReportEvent,
  ReportFile,
  ReportInput,
  ReportUpload,
  TemplateVersion,
  Tenant,
  Upload,
  WebhookDelivery,
  WebhookEndpoint,
];

/** A migrated, empty database with all entities, for the tests of a file. */
export function useDatabase(): DataSource {
  // Made before its database, because tests are defined before they run.
  const dataSource = new DataSource({
    type: 'postgres',
    entities,
    migrations,
    extra: { max: 12, lock_timeout: 2_000 },
  });
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    await dataSource.setOptions({ url: database.url }).initialize();
  });
  afterAll(async () => {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.drop();
  });
  return dataSource;
}

/** The configuration of a process, with settings as an operator would write them. */
export function configWith(env: NodeJS.ProcessEnv = {}): Config {
  return loadConfig([], env);
}
