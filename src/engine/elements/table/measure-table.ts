import type { PlaceContext } from '../../model/element';
import { RenderError } from '../../model/faults';
import type { Color, Marks, TextStyle } from '../../model/page';
import { colors, tint } from '../../model/theme';
import { breakLines, shorten, widthOf } from '../../text/break-lines';
import { columnWidths, minColumnWidth } from './column-widths';
import { fitFigures, unfitFigures } from './fit-figures';
import { measureSums } from './measure-sums';
import type { MeasuredSums } from './measure-sums';
import type { CellLook } from './plan';
import { headerOf } from './table-header';
import type { Metrics } from './table-metrics';
import { groupHeight, heightOf, metricsOf } from './table-metrics';
import type { FrameColumn, GroupLine, RowLine, SumsLine, TableFrame, TableLine } from './table-content';

/** What follows from a frame and the width of its regions; x is relative to the region. */
export interface Geometry {
  readonly metrics: Metrics;
  readonly columns: readonly ColumnGeometry[];
  readonly header: Marks;
  readonly sumsStyle: TextStyle;
  /** Of the outermost groups' headers and of those within. */
  readonly groupStyles: readonly [TextStyle, TextStyle];
  readonly mutedStyle: TextStyle;
  readonly sumsGrounds: SumsGrounds;
}

interface SumsGrounds {
  readonly table: Color;
  readonly outerGroup: Color;
  readonly innerGroup: Color;
}

/** Of the cells' content, without their padding. */
interface ColumnGeometry {
  readonly x: number;
  readonly width: number;
  readonly style: TextStyle;
  /** By the index of a cell's look. */
  readonly lookStyles: readonly TextStyle[];
}

/** A row with its cells broken into lines. */
export interface MeasuredRow {
  readonly line: RowLine;
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
  /** Of cells whose style is not their column's or their look's, by the column. */
  readonly styles?: ReadonlyMap<number, TextStyle>;
  /** Columns in which a value has no room and signs stand for it. */
  readonly unfit?: readonly number[];
}

/** A line of a table and its height in points. */
export type MeasuredLine =
  MeasuredRow | { readonly line: GroupLine; readonly height: number } | (MeasuredSums & { readonly line: SumsLine });

/** @throws RenderError (template_error) where there are more columns than the region can hold. */
export function geometryOf(frame: TableFrame, width: number, context: Pick<PlaceContext, 'theme' | 'warn'>): Geometry {
  const { theme } = context;
  const metrics = metricsOf[frame.density];
  const count = frame.columns.length;
  if (count * minColumnWidth > width) {
    const detail = `The table of ${frame.data} has ${count} columns, and a width of ${Math.floor(width)} points holds ${Math.floor(width / minColumnWidth)} at most.`;
    throw new RenderError('template_error', detail, { dataset: frame.data });
  }
  const styles = new Styles(metrics);
  const cellStyles = frame.columns.map((column) => styles.ofColumn(column));
  const { widths, isSqueezed } = columnWidths(
    frame.columns.map((column) => column.width),
    frame.columns.map((column, index) => contentWidth(column, cellStyles[index]!, metrics)),
    width,
  );
  if (isSqueezed) {
    const detail = `The columns of the table of ${frame.data} are wider together than the ${Math.floor(width)} points that there are, and were made narrower.`;
    context.warn('columns_squeezed', detail);
  }
  let x = 0;
  const columns = frame.columns.map((column, index): ColumnGeometry => {
    const style = cellStyles[index]!;
    const cell = { x: x + metrics.padding, width: Math.max(1, widths[index]! - 2 * metrics.padding) };
    x += widths[index]!;
    return { ...cell, style, lookStyles: column.looks.map((look) => styles.withLook(style, look)) };
  });
  const bold = { size: metrics.cellSize, weight: 600, color: colors.ink, tabular: true } as const;
  return {
    metrics,
    columns,
    header: headerOf(frame, columns, width, metrics),
    sumsStyle: bold,
    groupStyles: [
      { size: metrics.groupSize, weight: 600, color: theme.accent, tabular: false },
      { ...bold, tabular: false },
    ],
    mutedStyle: { size: metrics.cellSize, weight: 400, color: colors.muted, tabular: true },
    sumsGrounds: {
      table: tint(theme.accent, frame.hasGroups ? 0.18 : 0.1),
      outerGroup: tint(theme.accent, 0.1),
      innerGroup: tint(theme.accent, 0.05),
    },
  };
}

/** @param isTop whether a page begins with it */
export function measureLine(line: TableLine, frame: TableFrame, geometry: Geometry, isTop: boolean): MeasuredLine {
  if (line.kind === 'row') return measureRow(line, frame, geometry);
  const { metrics } = geometry;
  if (line.kind === 'sums') {
    const height = line.level < 0 ? metrics.totalsHeight : metrics.sumsHeight;
    return { line, ...measureSums(line.label, line.cells, frame, geometry, { height }) };
  }
  const gap = line.hasGap && !isTop ? metrics.groupGap : 0;
  return { line, height: groupHeight(line.level, metrics) + gap };
}

function measureRow(line: RowLine, frame: TableFrame, geometry: Geometry): MeasuredRow {
  let lines = 1;
  const styles = new Map<number, TextStyle>();
  const unfit: number[] = [];
  const cells = line.cells.map((text, index) => {
    const { width } = geometry.columns[index]!;
    const style = styleOf(line, index, geometry);
    const { isShortened, hasFigures } = frame.columns[index]!;
    if (hasFigures && widthOf(text, style) > width && DIGIT.test(text)) {
      const fit = fitFigures(text, style, width, isShortened ? 1 : Infinity);
      if (!fit) unfit.push(index);
      const shown = fit ?? unfitFigures(style, width);
      if (shown.style !== style) styles.set(index, shown.style);
      lines = Math.max(lines, shown.lines.length);
      return shown.lines;
    }
    const cell = isShortened ? [shorten(text, style, width)] : breakLines(text, style, width);
    if (cell.length > lines) lines = cell.length;
    return cell;
  });
  const height = heightOf(lines, geometry.metrics);
  return styles.size === 0 && unfit.length === 0 ? { line, cells, height } : { line, cells, height, styles, unfit };
}

/** What stands for nothing (`empty`) may be any text, and breaks like one. */
const DIGIT = /\p{Nd}/u;

export const isRow = (measured: MeasuredLine): measured is MeasuredRow => measured.line.kind === 'row';

/** The style of a measured cell. */
export const styleOfCell = ({ line, styles }: MeasuredRow, column: number, geometry: Geometry): TextStyle =>
  styles?.get(column) ?? styleOf(line, column, geometry);

function styleOf({ looks }: RowLine, column: number, { columns }: Geometry): TextStyle {
  const { style, lookStyles } = columns[column]!;
  return looks ? (lookStyles[looks[column]!] ?? style) : style;
}

/** Styles of one geometry; equal ones are one object, since painters compare them by identity. */
class Styles {
  private readonly known = new Map<string, TextStyle>();

  constructor(private readonly metrics: Metrics) {}

  ofColumn({ isBold, hasFigures }: FrameColumn): TextStyle {
    const { cellSize: size } = this.metrics;
    return this.one(
      isBold
        ? { size, weight: 500, color: colors.ink, tabular: hasFigures }
        : { size, weight: 400, color: colors.body, tabular: hasFigures },
    );
  }

  withLook(style: TextStyle, { color, isBold }: CellLook): TextStyle {
    return this.one({
      ...style,
      ...(color !== undefined && { color }),
      ...(isBold !== undefined && { weight: isBold ? 600 : 400 }),
    });
  }

  private one(style: TextStyle): TextStyle {
    const key = `${style.weight} ${style.color} ${style.tabular}`;
    const known = this.known.get(key) ?? style;
    this.known.set(key, known);
    return known;
  }
}

/** A fitted column stays within this, so that one long text does not take the page. */
const MAX_FITTED_WIDTH = 240;

/** Room for the digits that a sum has more than what it adds up. */
const SUM_DIGITS = '0,000';

/** How wide a fitted column wants to be, its padding included. */
function contentWidth(column: FrameColumn, style: TextStyle, metrics: Metrics): number {
  const lines = column.sample.flatMap((text) => text.split('\n'));
  const widest = Math.max(0, ...lines.map((line) => widthOf(line, style)));
  const title = widthOf(column.title, { ...style, size: metrics.headerSize, weight: 600 });
  const content = widest + (column.hasTotal && column.hasFigures ? widthOf(SUM_DIGITS, style) : 0);
  return Math.min(MAX_FITTED_WIDTH, Math.ceil(Math.max(content, title))) + 2 * metrics.padding;
}
