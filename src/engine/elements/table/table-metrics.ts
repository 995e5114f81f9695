import { tightLineHeight } from '../../model/theme';
import type { Density } from './plan';

/** Sizes of a table in points. Heights are those of rows of one line. */
export interface Metrics {
  readonly cellSize: number;
  readonly headerSize: number;
  readonly groupSize: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  readonly groupHeight: number;
  /** Above a group that follows another. */
  readonly groupGap: number;
  readonly sumsHeight: number;
  readonly totalsHeight: number;
  /** Beside the content of a cell. */
  readonly padding: number;
}

export const metricsOf: Readonly<Record<Density, Metrics>> = {
  regular: {
    cellSize: 8.5,
    headerSize: 8,
    groupSize: 10,
    rowHeight: 19,
    headerHeight: 22,
    groupHeight: 26,
    groupGap: 10,
    sumsHeight: 20,
    totalsHeight: 24,
    padding: 6,
  },
  compact: {
    cellSize: 7.5,
    headerSize: 7,
    groupSize: 9,
    rowHeight: 15.5,
    headerHeight: 19,
    groupHeight: 22,
    groupGap: 8,
    sumsHeight: 17,
    totalsHeight: 20,
    padding: 5,
  },
};

export const pitchOf = (metrics: Metrics): number => metrics.cellSize * tightLineHeight;

/** Above and below the lines of a row. */
export const rowPadding = (metrics: Metrics): number => (metrics.rowHeight - pitchOf(metrics)) / 2;

export const heightOf = (lines: number, metrics: Metrics): number => lines * pitchOf(metrics) + 2 * rowPadding(metrics);

/** How far the headers and the sums of a level are set in: those of the first two differ enough by themselves. */
export const indentOf = (level: number, metrics: Metrics): number => Math.max(0, level - 1) * 2 * metrics.padding;

/** Of a group's header; 0 is the outermost level. */
export const groupHeight = (level: number, metrics: Metrics): number =>
  level === 0 ? metrics.groupHeight : metrics.rowHeight;
