import type { Amounts } from './amounts';
import type { Geometry } from './geometry';
import type { MeasuredLine, MeasuredRow } from './measure-table';
import { isRow, measureLine } from './measure-table';
import type { RowLine, TableContent, TableLine } from './table-content';
import { heightOf, pitchOf, rowPadding } from './table-metrics';

export interface Fit {
  readonly lines: readonly MeasuredLine[];
  /** In points. */
  readonly height: number;
  readonly rest?: TableContent;
}

/** A page or what is left of one. */
interface Room {
  /** Points for lines. */
  readonly height: number;
  /** Points at its end that only the last line of the table may take. */
  readonly reserved: number;
  readonly isFresh: boolean;
}

/**
 * As many lines as fit, without parting those that are kept together. Where not even the first of them fit on a fresh
 * page they are parted there, and at last a row between its lines, so that there is always a line.
 */
export function fitLines(content: TableContent, geometry: Geometry, room: Room): Fit {
  const lines: MeasuredLine[] = [];
  let height = 0;
  let index = 0;
  while (index < content.lines.length) {
    const mayStay = index === 0 && (room.isFresh || content.isStart);
    if (content.lines[index]!.startsPage && !mayStay) break;
    const end = endOfBlock(content.lines, index);
    let blockHeight = 0;
    for (let each = index; each < end; each += 1) {
      const measured = measureLine(content.lines[each]!, content.frame, geometry, room.isFresh && each === 0);
      lines.push(measured);
      blockHeight += measured.height;
    }
    const isLast = content.isEnd && end === content.lines.length;
    if (height + blockHeight + (isLast ? 0 : room.reserved) > room.height) {
      if (index === 0 && room.isFresh) return partBlock(content, lines, geometry, room);
      const begun = content.frame.splitsRows && beginRow(content, lines, geometry, room);
      if (begun) return begun;
      lines.length = index;
      break;
    }
    height += blockHeight;
    index = end;
  }
  return { lines, height, ...(index < content.lines.length && { rest: restFrom(content, index) }) };
}

function endOfBlock(lines: readonly TableLine[], start: number): number {
  let end = start;
  while (end < lines.length - 1 && lines[end]!.keepsWithNext) end += 1;
  return end + 1;
}

const heightOfAll = (lines: readonly MeasuredLine[]): number => lines.reduce((sum, line) => sum + line.height, 0);

/** Lines that must be parted: a row stays with the sums that follow it, and the headers before a row with some of it. */
function partBlock(content: TableContent, block: readonly MeasuredLine[], geometry: Geometry, room: Room): Fit {
  const free = room.height - room.reserved;
  let height = 0;
  for (const [index, measured] of block.entries()) {
    const sums = block.slice(index + 1, endOfSums(block, index + 1));
    if (height + measured.height + heightOfAll(sums) <= free) {
      height += measured.height;
      continue;
    }
    const before = block.slice(0, index);
    if (!before.every(({ line }) => line.kind === 'group' || line.kind === 'lateSums')) {
      const begun = content.frame.splitsRows && beginRow(content, block.slice(0, index + 1), geometry, room);
      return begun || { lines: before, height, rest: restFrom(content, index) };
    }
    if (isRow(measured) && linesOf(measured) > 1) return splitRow(content, before, measured, free - height, geometry);
    const lines = [...before, measured];
    const isWhole = lines.length === content.lines.length;
    return {
      lines,
      height: height + measured.height,
      ...(!isWhole && { rest: restFrom(content, lines.length) }),
    };
  }
  return {
    lines: block,
    height,
    ...(block.length < content.lines.length && { rest: restFrom(content, block.length) }),
  };
}

/** Fewer lines of a row than these stand on neither side of a page break, where it need not be parted. */
const MIN_LINES = 2;

/** All but the last of the rows, and the beginning of that one, where it leaves enough lines on both pages. */
function beginRow(
  content: TableContent,
  lines: readonly MeasuredLine[],
  geometry: Geometry,
  room: Room,
): Fit | undefined {
  const index = lines.findLastIndex(isRow);
  const row = lines[index];
  if (!row || !isRow(row)) return undefined;
  const before = lines.slice(0, index);
  const free = room.height - room.reserved - heightOfAll(before);
  const most = linesOf(row) - MIN_LINES;
  if (most < MIN_LINES || heightOf(MIN_LINES, geometry.metrics) > free) return undefined;
  return splitRow(content, before, row, Math.min(free, heightOf(most, geometry.metrics)), geometry);
}

function endOfSums(block: readonly MeasuredLine[], start: number): number {
  let end = start;
  while (block[end]?.line.kind === 'sums') end += 1;
  return end;
}

const linesOf = ({ fitted }: MeasuredRow): number =>
  Math.max(1, ...Array.from(fitted?.values() ?? [], ({ lines }) => lines.length));

/** As many of the row's lines as there is room for, at least one and never all; the others begin the rest. */
function splitRow(
  content: TableContent,
  before: readonly MeasuredLine[],
  row: MeasuredRow,
  room: number,
  { metrics }: Geometry,
): Fit {
  const fitting = Math.floor((room - 2 * rowPadding(metrics)) / pitchOf(metrics) + 1e-6);
  const count = Math.max(1, Math.min(fitting, linesOf(row) - 1));
  const height = heightOf(count, metrics);
  // Only its beginning can begin a page.
  const left = row.line.cells.map((_, index) => row.fitted?.get(index)?.lines.slice(count).join('\n') ?? '');
  const tail: RowLine = { ...row.line, cells: left, startsPage: false };
  const begun = Array.from(
    row.fitted ?? [],
    ([index, cell]) => [index, { ...cell, lines: cell.lines.slice(0, count) }] as const,
  );
  const head: MeasuredRow = { ...row, fitted: new Map(begun), height };
  // The amounts of the row are printed with its first line, and so are on the page that hands them on.
  const rest = restFrom(content, before.length + 1);
  return {
    lines: [...before, head],
    height: heightOfAll(before) + height,
    rest: { ...rest, lines: [tail, ...rest.lines] },
  };
}

/** The amounts after so many lines of the content. */
export function amountsAfter({ lines, amounts }: TableContent, count = lines.length): Amounts | undefined {
  const last = lines.slice(0, count).findLast((line) => line.kind === 'row');
  return last?.amounts ?? amounts;
}

function restFrom(content: TableContent, index: number): TableContent {
  if (index === 0) return content;
  const amounts = amountsAfter(content, index);
  return { ...content, lines: content.lines.slice(index), isStart: false, ...(amounts && { amounts }) };
}
