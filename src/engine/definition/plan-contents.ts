import type { Compiler } from '../model/element';
import type { CompiledElement } from '../model/report';

/** How often the rows of each dataset are gone through to count what tables of contents list. */
export function planContents(body: readonly CompiledElement[], fault: Compiler['fault']): Map<string, number> {
  const counted = new Map<string, number>();
  for (const [index, { element, plan }] of body.entries()) {
    if (!element.listsMark) continue;
    const sources = body
      .slice(index + 1)
      .filter((each) => each.element.marks?.levels(each.plan).some((level) => element.listsMark!(plan, level)));
    if (sources.length === 0) {
      const detail = 'A table of contents lists what comes after it, and there is nothing after it that it lists.';
      const hint = 'Move it before the headings, or give groups `bookmark: true`.';
      fault(`/body/${index}`, { code: 'contents-of-nothing', detail, hint });
    }
    for (const source of sources) {
      const dataset = source.element.marks!.dataset(source.plan);
      if (dataset !== undefined) counted.set(dataset, (counted.get(dataset) ?? 0) + 1);
    }
  }
  return counted;
}
