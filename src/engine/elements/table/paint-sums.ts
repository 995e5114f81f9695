/** The texts of sums: at once where they stand below their rows, late where they stand above. */
import type { PlaceContext } from '../../model/element';
import type { LateMarks, TextRun } from '../../model/page';
import { widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/align';
import type { Geometry } from './geometry';
import type { MeasuredSums } from './measure-sums';
import { measureSums } from './measure-sums';
import type { LateSums, TableFrame } from './table-content';
import { pitchOf } from './table-metrics';

/** @param at the top left corner of the table's line */
export function textsOfSums(
  { cells, height, indent, styles }: MeasuredSums,
  frame: TableFrame,
  { columns, sumsStyle, metrics }: Geometry,
  at: { readonly x: number; readonly y: number },
): TextRun[] {
  const pitch = pitchOf(metrics);
  return cells.flatMap((lines, index) => {
    const { width } = columns[index]!;
    const isLabel = !styles.has(index);
    const style = styles.get(index) ?? sumsStyle;
    // The label begins where the table does, however its column is aligned.
    const x = columns[index]!.x + (isLabel ? indent : 0);
    const align = isLabel ? 'start' : frame.columns[index]!.align;
    const firstLine = at.y + (height - lines.length * pitch) / 2;
    return lines.flatMap((text, line): TextRun[] => {
      if (text === '') return [];
      const start = startOf(align, x, width, widthOf(text, style));
      const y = baselineIn(firstLine + line * pitch, pitch, style);
      return [{ kind: 'text', x: at.x + start, y, text, style }];
    });
  });
}

/** In points; the baseline is that of a bar where another line does not say, measured from the top. */
interface Box {
  readonly width: number;
  readonly height: number;
  readonly baseline?: number;
}

/** A line of sums, of fixed size, that is filled when the last of their rows was read. */
export function lateSums(
  totals: LateSums,
  label: string,
  { width, height, baseline }: Box,
  setting: { readonly frame: TableFrame; readonly geometry: Geometry; readonly context: Pick<PlaceContext, 'warn'> },
): LateMarks {
  const { frame, geometry, context } = setting;
  const fill = (cells: readonly string[]): TextRun[] => {
    const measured = measureSums(label, cells, frame, geometry, { height, most: 1 });
    warnOfUnfit(measured.unfit, frame, context);
    const y = baseline === undefined ? 0 : baseline - baselineIn(0, height, geometry.sumsStyle);
    return textsOfSums(measured, frame, geometry, { x: 0, y });
  };
  let known: TextRun[] | undefined;
  return { width, height, needsDocument: false, resolve: () => (known ??= totals.cells && fill(totals.cells)) };
}

export function warnOfUnfit(columns: readonly number[], frame: TableFrame, { warn }: Pick<PlaceContext, 'warn'>): void {
  for (const column of columns) {
    const title = JSON.stringify(frame.columns[column]!.title);
    warn(
      'value_does_not_fit',
      `A value is wider than the column ${title} of the table of ${frame.data}; ### stands for it.`,
    );
  }
}
