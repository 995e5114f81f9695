import { columnWidths, minColumnWidth, parseWidth } from './column-widths';

const widthsOf = (columns: readonly (number | string)[], available: number): ReturnType<typeof columnWidths> =>
  columnWidths(columns.map(parseWidth), available);

describe('columnWidths', () => {
  it('gives fixed columns what they ask for, and shares the rest', () => {
    expect(widthsOf([90, '*', '2*'], 390)).toEqual({ widths: [90, 100, 200], isSqueezed: false });
  });

  it('keeps a shared column readable, at the cost of the fixed ones', () => {
    const { widths, isSqueezed } = widthsOf(['*', 200, 100], 300);
    expect(isSqueezed).toBe(true);
    expect(widths[0]).toBe(40);
    expect(widths[1]! + widths[2]!).toBeCloseTo(260);
    expect(widths[1]).toBeGreaterThan(widths[2]!);
  });

  it('never exceeds what there is, nor goes below the least', () => {
    for (const columns of [Array(8).fill(90), Array(20).fill('*'), [8, '*', 5000], ['*', '9*', 320]]) {
      const { widths } = widthsOf(columns as (number | string)[], 324);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(324 + 1e-6);
      for (const width of widths) expect(width).toBeGreaterThanOrEqual(minColumnWidth - 1e-6);
    }
  });
});
