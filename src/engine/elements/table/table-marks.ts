import type { Element } from '../../model/element';
import type { Value } from '../../model/value';
import { changedLevel } from './group-keys';
import type { TablePlan } from './plan';
import { outlineLevel } from './plan';

/** The bookmarks of a table's groups. */
export const tableMarks: NonNullable<Element<never, TablePlan, never>['marks']> = {
  levels: ({ groups }) => groups.flatMap(({ isBookmarked }, level) => (isBookmarked ? [outlineLevel(level)] : [])),

  dataset: ({ data, groups }) => (groups.some(({ isBookmarked }) => isBookmarked) ? data : undefined),

  async *each({ data, groups }, scope) {
    const open: { readonly key: Value }[] = [];
    for await (const { rows } of scope.rows(data)) {
      for (const values of rows) {
        const first = changedLevel(groups, open, values);
        open.length = Math.min(open.length, first);
        for (const [offset, { field, isBookmarked, header }] of groups.slice(first).entries()) {
          const key = values[field]!;
          open.push({ key });
          if (isBookmarked && header) yield outlineLevel(first + offset);
        }
      }
    }
  },
};
