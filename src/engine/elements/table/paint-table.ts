import type { PlaceContext } from '../../model/element';
import type { Color, PageItem, Rectangle, TextRun, TextStyle } from '../../model/page';
import { colors } from '../../model/theme';
import { shorten, widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/align';
import type { MeasuredSums } from './measure-sums';
import type { Geometry } from './geometry';
import type { MeasuredLine, MeasuredRow } from './measure-table';
import { isRow, styleOf } from './measure-table';
import { lateSums, textsOfSums, warnOfUnfit } from './paint-sums';
import { outlineLevel } from './plan';
import type { ContinuedGroup, GroupLine, LateSums, LateSumsLine, TableFrame } from './table-content';
import { groupHeight, indentOf, pitchOf, rowPadding } from './table-metrics';

const rowRule = 0.4;
const groupRule = 1;

/** Room between the ground of a cell and its neighbours. */
const groundInset = 2;

interface LateBox {
  readonly top: number;
  readonly height: number;
  /** From the top of the box. */
  readonly baseline?: number;
}

/** Collects what a stretch of lines is painted with: grounds first, then rules, then texts in reading order. */
export class TablePainter {
  private readonly grounds = new Map<Color, Rectangle[]>();
  /** Of single cells, on the grounds of their rows. */
  private readonly cellGrounds = new Map<Color, Rectangle[]>();
  private readonly rules = new Map<Color, Rectangle[]>();
  private readonly texts: TextRun[] = [];
  private readonly marks: PageItem[] = [];
  private readonly lates: PageItem[] = [];

  /** @param x of the table's left side, as `width` in points */
  constructor(
    private readonly frame: TableFrame,
    private readonly geometry: Geometry,
    private readonly x: number,
    private readonly width: number,
  ) {}

  items(): PageItem[] {
    const paths = [...this.grounds, ...this.cellGrounds, ...this.rules].map(([fill, rectangles]): PageItem => ({
      kind: 'path',
      fill,
      rectangles,
    }));
    return this.marks.concat(paths, this.texts, this.lates);
  }

  /** @returns where the lines end */
  lines(lines: readonly MeasuredLine[], top: number, context: PlaceContext): number {
    let y = top;
    for (const measured of lines) {
      if (isRow(measured)) this.row(measured, y);
      else if ('cells' in measured) this.sums(measured, this.groundOf(measured.line.level), y);
      else if (measured.line.kind === 'group') this.groupHeader(measured.line, y + measured.height, context);
      else this.lateSums(measured.line, y, context);
      if ('unfit' in measured) warnOfUnfit(measured.unfit ?? [], this.frame, context);
      y += measured.height;
    }
    return y;
  }

  /** The header of a group, or what repeats it on a further page. */
  group({ level, text, totals }: ContinuedGroup, top: number, context: PlaceContext): void {
    const { metrics, groupStyles } = this.geometry;
    const style = groupStyles[level === 0 ? 0 : level === 1 ? 1 : 2];
    const indent = metrics.padding + indentOf(level, metrics);
    const height = groupHeight(level, metrics);
    const end = totals ? this.startOfTotals() : this.width;
    const shown = shorten(text, style, end - indent - metrics.padding);
    const y = baselineIn(top, height, style);
    if (totals) this.late(totals, '', { top, height, baseline: y - top }, context);
    this.texts.push({ kind: 'text', x: this.x + indent, y, text: shown, style });
    const rule = level === 0 ? groupRule : rowRule;
    const color = level === 0 ? this.geometry.groupStyles[0].color : colors.strongLine;
    this.add(this.rules, color, { x: this.x, y: top + height - rule, width: this.width, height: rule });
  }

  /** A bar, as `measureSums` has measured it. */
  sums(measured: MeasuredSums, ground: Color, top: number): void {
    this.add(this.grounds, ground, { x: this.x, y: top, width: this.width, height: measured.height });
    this.texts.push(...textsOfSums(measured, this.frame, this.geometry, { x: this.x, y: top }));
  }

  /** A bar of one line above the rows that it adds up. */
  private lateSums({ label, totals }: LateSumsLine, top: number, context: PlaceContext): void {
    const { sumsGrounds, metrics } = this.geometry;
    const height = metrics.totalsHeight;
    this.add(this.grounds, sumsGrounds.table, { x: this.x, y: top, width: this.width, height });
    this.late(totals, label, { top, height }, context);
  }

  /** Sums that are known later, in a box as wide as the table; it is one for all pages on which they stand. */
  private late(totals: LateSums, label: string, { top, ...box }: LateBox, context: PlaceContext): void {
    const { frame, geometry, width } = this;
    const marks = context.shared(totals, () =>
      lateSums(totals, label, { ...box, width }, { frame, geometry, context }),
    );
    this.lates.push({ kind: 'late', x: this.x, y: top, marks });
  }

  /** Where the first column with a total begins. */
  private startOfTotals(): number {
    const first = this.frame.columns.findIndex((column) => column.hasTotal);
    return this.geometry.columns[first]!.x;
  }

  /** What stands in place of rows. */
  empty(top: number): void {
    const { metrics, mutedStyle: style } = this.geometry;
    if (this.frame.empty === '') return;
    const text = shorten(this.frame.empty, style, this.width - 2 * metrics.padding);
    this.texts.push({
      kind: 'text',
      x: this.x + metrics.padding,
      y: baselineIn(top, metrics.rowHeight, style),
      text,
      style,
    });
  }

  private groupHeader(line: GroupLine, bottom: number, context: PlaceContext): void {
    const { level, bookmark } = line;
    const top = bottom - groupHeight(level, this.geometry.metrics);
    if (bookmark !== undefined)
      this.marks.push({ kind: 'outline', y: top, level: outlineLevel(level), title: [bookmark] });
    this.group(line, top, context);
  }

  private groundOf(level: number): Color {
    const { table, outerGroup, innerGroup, innermostGroups } = this.geometry.sumsGrounds;
    if (level < 0) return table;
    return level === 0 ? outerGroup : level === 1 ? innerGroup : innermostGroups;
  }

  private row(row: MeasuredRow, top: number): void {
    const { x, width } = this;
    const bottom = top + row.height;
    const ground = row.line.isMarked ? colors.badGround : row.line.isTinted ? colors.zebra : undefined;
    if (ground !== undefined) this.add(this.grounds, ground, { x, y: top, width, height: row.height });
    this.add(this.rules, colors.line, { x, y: bottom - rowRule, width, height: rowRule });
    if (row.line.looks) this.groundsOfCells(row, row.line.looks, top);
    this.cells(row, top);
  }

  private groundsOfCells(row: MeasuredRow, looks: readonly number[], top: number): void {
    const { columns, metrics } = this.geometry;
    for (const [index, look] of looks.entries()) {
      const background = this.frame.columns[index]!.looks[look]?.background;
      if (background === undefined) continue;
      const { x, width } = columns[index]!;
      this.add(this.cellGrounds, background, {
        x: this.x + x - metrics.padding + groundInset,
        y: top + groundInset,
        width: width + 2 * (metrics.padding - groundInset),
        height: row.height - 2 * groundInset - rowRule,
      });
    }
  }

  private cells(row: MeasuredRow, top: number): void {
    const { columns, metrics } = this.geometry;
    const pitch = pitchOf(metrics);
    const firstLine = top + rowPadding(metrics);
    const { cells } = row.line;
    for (let column = 0; column < cells.length; column += 1) {
      const { x, width } = columns[column]!;
      const { align } = this.frame.columns[column]!;
      const fitted = row.fitted?.get(column);
      if (!fitted) {
        const style = styleOf(row.line, column, this.geometry);
        const start = startOf(align, x, width, row.widths[column]!);
        this.cell(cells[column]!, this.x + start, baselineIn(firstLine, pitch, style), style);
        continue;
      }
      const { style } = fitted;
      for (const [line, text] of fitted.lines.entries()) {
        const start = align === 'start' ? x : startOf(align, x, width, widthOf(text, style));
        this.cell(text, this.x + start, baselineIn(firstLine + line * pitch, pitch, style), style);
      }
    }
  }

  private cell(text: string, x: number, y: number, style: TextStyle): void {
    if (text !== '') this.texts.push({ kind: 'text', x, y, text, style });
  }

  private add(paths: Map<Color, Rectangle[]>, color: Color, rectangle: Rectangle): void {
    const known = paths.get(color);
    if (known) known.push(rectangle);
    else paths.set(color, [rectangle]);
  }
}
