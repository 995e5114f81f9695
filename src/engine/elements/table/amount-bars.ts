/** The bars in which pages say what their rows add up to, and what all rows do up to them. */
import type { PlaceContext } from '../../model/element';
import { addedSince } from './amounts';
import type { Amounts } from './amounts';
import type { Geometry } from './geometry';
import { measureSums } from './measure-sums';
import { warnOfUnfit } from './paint-sums';
import type { TablePainter } from './paint-table';
import type { TableContent, TableFrame } from './table-content';
import { pitchOf } from './table-metrics';

interface PageBegin {
  page?: number;
  amounts?: Amounts | undefined;
}

/** Places bars below each other; each returns where the next stands. */
export class AmountBars {
  /** Lines of a bar at most: a label may need its own where the first column has a total. */
  private readonly most: 1 | 2;
  /** Of a bar of so many lines, in points, for its room is kept before its amounts are known. */
  private readonly height: number;

  constructor(
    private readonly frame: TableFrame,
    private readonly geometry: Geometry,
    private readonly painter: TablePainter,
  ) {
    const { metrics } = geometry;
    this.most = frame.columns[0]!.hasTotal ? 2 : 1;
    this.height = metrics.sumsHeight + (this.most - 1) * pitchOf(metrics);
  }

  /** Room at the foot of each page, in points. */
  get pageHeight(): number {
    return this.frame.pageTotals ? this.height : 0;
  }

  /** Room at the foot of each page but the last. */
  get carryHeight(): number {
    return this.frame.carry ? this.height : 0;
  }

  /** Room at the head of a page that begins with `content`. */
  broughtHeight(content: TableContent): number {
    return carriedTo(content) ? this.height : 0;
  }

  /** The amounts before the first row of the page: those of the first lines that are placed on it. */
  atBeginOfPage({ amounts }: TableContent, context: PlaceContext): Amounts | undefined {
    if (!this.frame.pageTotals) return undefined;
    const last = context.shared(this.frame.pageTotals, (): PageBegin => ({}));
    if (last.page !== context.pageNumber) {
      last.page = context.pageNumber;
      last.amounts = amounts;
    }
    return last.amounts;
  }

  /** What is carried to the lines of `content`: from the foot of the page before them to the head of theirs. */
  carried(label: 'forward' | 'brought', content: TableContent, top: number, context: PlaceContext): number {
    const amounts = carriedTo(content);
    return amounts ? this.bar(this.frame.carry![label], amounts, top, context) : top;
  }

  /** What the rows that begin on the page add up to; it ends with the amounts `end`. */
  page(begin: Amounts | undefined, end: Amounts | undefined, top: number, context: PlaceContext): number {
    const { pageTotals } = this.frame;
    // The very same are those before and after no row at all.
    if (!pageTotals || !end || begin === end) return top;
    return this.bar(pageTotals.label, addedSince(begin, end), top, context);
  }

  private bar(label: string, amounts: Amounts, top: number, context: PlaceContext): number {
    const { frame, geometry, most } = this;
    const cells = frame.printAmounts(amounts);
    const measured = measureSums(label, cells, frame, geometry, { height: geometry.metrics.sumsHeight, most });
    this.painter.sums(measured, geometry.sumsGrounds.innerGroup, top);
    warnOfUnfit(measured.unfit, frame, context);
    return top + measured.height;
  }
}

/**
 * Undefined where nothing is carried: before the first row, and before the first of the group with which amounts begin anew,
 * whose base are the very amounts before it.
 */
function carriedTo({ frame, amounts, lines }: TableContent): Amounts | undefined {
  if (!frame.carry || !amounts) return undefined;
  const base = lines[0]?.base;
  return amounts === base ? undefined : addedSince(base, amounts);
}
