import type { FinishedDocument, LateMarks, Marks } from '../../model/page';

/** A form that pages refer to before it is written. */
interface LateForm {
  readonly name: string;
  /** The number of its object. */
  readonly object: number;
}

/**
 * The forms that are still to be written. Those that wait for rows are few, since a table has few groups open at a time;
 * those that wait for the last page are kept until then, a few hundred bytes for a page.
 */
export class LateForms {
  private readonly untilRows = new Map<LateMarks, LateForm>();
  private readonly untilEnd = new Map<LateMarks, LateForm>();
  private count = 0;

  /** The form of marks, which may stand on several pages. */
  of(marks: LateMarks, allocate: () => number): LateForm {
    const waiting = marks.needsDocument ? this.untilEnd : this.untilRows;
    let form = waiting.get(marks);
    if (!form) {
      this.count += 1;
      form = { name: `L${this.count}`, object: allocate() };
      waiting.set(marks, form);
    }
    return form;
  }

  /** Takes those that have become known, or, of a finished document, all. */
  *take(document?: FinishedDocument): Generator<{ readonly object: number; readonly marks: Marks }> {
    for (const waiting of document ? [this.untilRows, this.untilEnd] : [this.untilRows]) {
      for (const [late, { object }] of waiting) {
        const items = late.resolve(document);
        if (!items) continue;
        waiting.delete(late);
        const marks = items.filter((item) => item.kind !== 'link');
        yield { object, marks: { width: late.width, height: late.height, items: marks } };
      }
    }
  }
}
