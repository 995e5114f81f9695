import type { Value } from '../../model/value';
import { compareValues } from '../../values/compare';
import type { GroupPlan } from './plan';

/**
 * The outermost level at which a row begins another group than the one whose keys are open; as many as there are groups
 * where it begins none.
 */
export function changedLevel(
  groups: readonly GroupPlan[],
  open: readonly { readonly key: Value }[],
  values: readonly Value[],
): number {
  for (const [level, { field }] of groups.entries()) {
    const group = open[level];
    if (!group || compareValues(group.key, values[field]!) !== 0) return level;
  }
  return groups.length;
}
