/** The bars in which pages say what their rows add up to, and what all rows do up to them. */
import type { PlaceContext } from '../../model/element';
import { addedSince } from './amounts';
import type { Amounts } from './amounts';
import type { Geometry } from './geometry';
import { measureSums } from './measure-sums';
import type { MeasuredSums } from './measure-sums';
import type { TablePainter } from './paint-table';
import type { TableContent, TableFrame } from './table-content';

interface PageBegin {
  page?: number;
  amounts?: Amounts | undefined;
}

/** Places bars below each other; each returns where the next stands. */
export class AmountBars {
  constructor(
    private readonly frame: TableFrame,
    private readonly geometry: Geometry,
    private readonly painter: TablePainter,
  ) {}

  /** Room at the foot of each page on which there are rows, in points. */
  get pageHeight(): number {
    return this.frame.pageTotals ? this.geometry.metrics.sumsHeight : 0;
  }

  /** Room at the foot of each page but the last. */
  get carryHeight(): number {
    return this.frame.carry ? this.geometry.metrics.sumsHeight : 0;
  }

  /** The amounts before the first row of the page that `content` stands on. */
  beginOfPage({ amounts }: TableContent, context: PlaceContext): Amounts | undefined {
    if (!this.frame.pageTotals) return undefined;
    const last = context.shared(this.frame.pageTotals, (): PageBegin => ({}));
    if (last.page !== context.pageNumber) Object.assign(last, { page: context.pageNumber, amounts });
    return last.amounts;
  }

  /** What was brought forward to the lines of `content`. */
  brought(content: TableContent, top: number): number {
    const amounts = carriedTo(content);
    return amounts ? this.bar(this.frame.carry!.brought, this.frame.carry!.print(amounts), top) : top;
  }

  /** What is carried forward to the lines of `rest`. */
  forward(rest: TableContent, top: number): number {
    const amounts = carriedTo(rest);
    return amounts ? this.bar(this.frame.carry!.forward, this.frame.carry!.print(amounts), top) : top;
  }

  /** What the rows of the page add up to, which ends with these amounts. */
  page(begin: Amounts | undefined, end: Amounts | undefined, top: number): number {
    const { pageTotals } = this.frame;
    if (!pageTotals || !end || begin === end) return top;
    return this.bar(pageTotals.label, pageTotals.print(addedSince(begin, end)), top);
  }

  private bar(label: string, amounts: readonly string[], top: number): number {
    this.painter.sums(this.measure(label, amounts), this.geometry.sumsGrounds.innerGroup, top);
    return top + this.geometry.metrics.sumsHeight;
  }

  /** Of one line, so that room can be kept for it before its amounts are known. */
  private measure(label: string, amounts: readonly string[]): MeasuredSums {
    return measureSums(label, amounts, this.frame, this.geometry, {
      height: this.geometry.metrics.sumsHeight,
      most: 1,
    });
  }
}

/** Undefined where nothing is carried: before the first row, and of the group where amounts begin anew with it. */
function carriedTo({ frame, amounts, lines }: TableContent): Amounts | undefined {
  if (!frame.carry || !amounts) return undefined;
  const base = lines[0]?.base;
  return amounts === base ? undefined : addedSince(base, amounts);
}
