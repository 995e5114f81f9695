import type { PlaceContext } from '../../model/element';
import { RenderError } from '../../model/faults';
import type { Color, Marks, TextStyle } from '../../model/page';
import { colors, tint } from '../../model/theme';
import { widthOf } from '../../text/break-lines';
import { columnWidths, minColumnWidth } from './column-widths';
import type { CellLook } from './plan';
import type { FrameColumn, TableFrame } from './table-content';
import { headerOf } from './table-header';
import type { Metrics } from './table-metrics';
import { metricsOf } from './table-metrics';

/** What follows from a frame and the width of its regions; x is relative to the region. */
export interface Geometry {
  readonly metrics: Metrics;
  readonly columns: readonly ColumnGeometry[];
  readonly header: Marks;
  readonly sumsStyle: TextStyle;
  /** Of the outermost groups' headers, of those within, and of all within those. */
  readonly groupStyles: readonly [TextStyle, TextStyle, TextStyle];
  readonly mutedStyle: TextStyle;
  readonly sumsGrounds: SumsGrounds;
}

interface SumsGrounds {
  readonly table: Color;
  readonly outerGroup: Color;
  readonly innerGroup: Color;
  readonly innermostGroups: Color;
}

/** Of the cells' content, without their padding. */
interface ColumnGeometry {
  readonly x: number;
  readonly width: number;
  readonly style: TextStyle;
  /** By the index of a cell's look. */
  readonly lookStyles: readonly TextStyle[];
}

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
      { ...bold, weight: 500, color: colors.body, tabular: false },
    ],
    mutedStyle: { size: metrics.cellSize, weight: 400, color: colors.muted, tabular: true },
    sumsGrounds: {
      table: tint(theme.accent, frame.hasGroups ? 0.18 : 0.1),
      outerGroup: tint(theme.accent, 0.1),
      innerGroup: tint(theme.accent, 0.05),
      innermostGroups: tint(theme.accent, 0.025),
    },
  };
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
