import type { PrivateServices } from './private-services';
import { startPrivateServices } from './private-services';

declare global {
  /** Lives from the global set-up to the global tear-down, which share nothing else. */
  var pressroomServices: PrivateServices | undefined;
}

/** Before the first test: Postgres, Redis and the migrated template, announced to the test processes. */
export default async function globalSetup(): Promise<void> {
  const services = await startPrivateServices(process.env.PRESSROOM_TEST_DURABLE === '1');
  globalThis.pressroomServices = services;
  process.env.PRESSROOM_TEST_TEMPLATE_URL = services.templateUrl;
  process.env.PRESSROOM_TEST_REDIS_URL = services.redisUrl;
  process.env.TMPDIR = services.directory; // what a test leaves behind goes with it
  // Jest ends on these without its tear-down.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void services.stop().finally(() => process.exit(1)));
  }
}
