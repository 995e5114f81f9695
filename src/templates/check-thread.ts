/** The inside of the thread in which an API process checks large definitions. */
import type { CheckTask } from './check-definition';
import { checkDefinition } from './check-definition';

/** Called by the pool. Throws only what nobody foresaw. */
export function runCheckTask(task: CheckTask): ReturnType<typeof checkDefinition> {
  return checkDefinition(task);
}
