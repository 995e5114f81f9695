import type { Scope, Variables } from '../../model/element';
import type { Value } from '../../model/value';
import type { Amounts } from './amounts';
import type { BoundColumn } from './bound-column';
import { changedLevel } from './group-keys';
import type { GroupPlan, TablePlan } from './plan';
import { Sums } from './sums';
import type { ContinuedGroup, RowLine, TableContent, TableLine } from './table-content';

/** A group that is open: its key and what its rows add up to. */
interface OpenGroup {
  readonly key: Value;
  readonly sums: Sums;
}

const SUMS = new Set<TableLine['kind'] | undefined>(['sums', 'lateSums']);

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * Turns the rows of a table into its lines: closes the groups whose key has changed from the innermost outwards, opens
 * new ones from the outermost inwards, adds the row to all totals, then writes the row itself.
 */
export class TableLines {
  private lines: Writable<TableLine>[] = [];
  private open: OpenGroup[] = [];
  private openGroups: readonly ContinuedGroup[] = [];
  private readonly sums: Sums;
  /** How many rows the header of a group still wants on its page. */
  private toKeep = 0;
  /** Index of the next row in its innermost group, which decides on its tint. */
  private rowIndex = 0;
  private hasRows = false;
  /** Whether the next row begins a page, since its group has no header that could. */
  private startsPage = false;
  /** Whether pages print amounts. */
  private readonly hasAmounts: boolean;
  /** The amounts after the last row, before the first line that is held, and before the group within which they are carried. */
  private amounts: Amounts | undefined;
  private amountsBefore: Amounts | undefined;
  private base: Amounts | undefined;

  constructor(
    private readonly plan: TablePlan,
    private readonly columns: readonly BoundColumn[],
    private readonly scope: Scope,
  ) {
    this.hasAmounts = plan.carry !== undefined || plan.pageTotals !== undefined;
    this.sums = new Sums(columns, plan.measures);
  }

  /** `variables` hold the row where any expression reads it. */
  add(values: readonly Value[], variables: Variables, isMarked: boolean): void {
    if (!this.hasRows) this.pushTotalsAbove();
    const changed = changedLevel(this.plan.groups, this.open, values);
    if (changed < this.plan.groups.length) {
      this.close(changed);
      this.begin(changed, values);
    }
    this.pushRow(values, variables, isMarked);
    this.hasRows = true;
  }

  /** Takes the lines that no further row can change or be kept with. */
  settled(): Pick<TableContent, 'lines' | 'amounts'> {
    let end = this.lines.length - 1;
    while (end > 0 && this.lines[end - 1]!.keepsWithNext) end -= 1;
    return this.take(Math.max(0, end));
  }

  /** Closes the table and takes what is left. */
  finish(): Pick<TableContent, 'lines' | 'amounts'> {
    if (this.hasRows) {
      this.close(0);
      const cells = this.sums.close();
      const { totals } = this.plan;
      const variables = { ...this.scope.variables, ...this.sums.results };
      if (totals?.isBelow) this.pushSums(-1, this.scope.text(totals.label, variables), cells);
    }
    return this.take(this.lines.length);
  }

  private take(count: number): Pick<TableContent, 'lines' | 'amounts'> {
    const { amountsBefore: amounts } = this;
    const lines = this.lines.slice(0, count);
    this.lines = this.lines.slice(count);
    const last = lines.findLast((line) => line.kind === 'row');
    if (last?.amounts) this.amountsBefore = last.amounts;
    return { lines, ...(amounts && { amounts }) };
  }

  private close(level: number): void {
    for (let each = this.open.length - 1; each >= level; each -= 1) {
      const { key, sums } = this.open[each]!;
      const { footer } = this.plan.groups[each]!;
      const cells = sums.close();
      if (footer) this.pushSums(each, this.scope.text(footer, { ...this.withKey(key), ...sums.results }), cells);
    }
    this.open.length = Math.min(this.open.length, level);
  }

  private begin(level: number, values: readonly Value[]): void {
    const last = this.lines.at(-1);
    if (last && this.hasRows) last.keepsWithNext = false;
    this.toKeep = 0;
    if (level <= (this.plan.carry?.within ?? -1)) this.base = this.amounts;
    let startsPage = this.hasRows && this.plan.groups.slice(level).some((group) => group.startsPage);
    this.openGroups = this.openGroups.filter((group) => group.level < level);
    for (const [offset, group] of this.plan.groups.slice(level).entries()) {
      const key = values[group.field]!;
      const sums = new Sums(this.columns, this.plan.measures);
      this.open.push({ key, sums });
      for (const column of this.columns) column.begin(level + offset);
      if (this.pushHeader(group, level + offset, { key, sums }, startsPage)) startsPage = false;
    }
    this.rowIndex = 0;
    this.startsPage = startsPage;
  }

  private pushHeader(group: GroupPlan, level: number, { key, sums }: OpenGroup, startsPage: boolean): boolean {
    this.toKeep = Math.max(this.toKeep, group.keepWithRows);
    if (!group.header) return false;
    const variables = this.withKey(key);
    const text = this.scope.text(group.header, variables);
    const totals = group.hasTotalsInHeader && { totals: sums };
    this.push({
      kind: 'group',
      level,
      text,
      hasGap: this.needsGap(level),
      keepsWithNext: true,
      openGroups: this.openGroups,
      ...(startsPage && { startsPage }),
      ...(group.isBookmarked && { bookmark: text }),
      ...totals,
    });
    if (group.continued) {
      this.openGroups = [...this.openGroups, { level, text: this.scope.text(group.continued, variables), ...totals }];
    }
    return true;
  }

  /** Sums end a group to the eye as it is; rows alone do not. */
  private needsGap(level: number): boolean {
    const kind = this.lines.at(-1)?.kind;
    return kind === 'row' || (level === 0 && SUMS.has(kind));
  }

  private pushRow(values: readonly Value[], variables: Variables, isMarked: boolean): void {
    const cells = new Array<string>(this.columns.length);
    let looks: number[] | undefined;
    for (let index = 0; index < this.columns.length; index += 1) {
      const column = this.columns[index]!;
      const value = column.valueOf(values, variables);
      cells[index] = column.print(value);
      const amount = column.amountOf(value, values);
      this.sums.add(index, amount);
      for (const group of this.open) group.sums.add(index, amount);
      const look = column.lookOf(variables);
      if (look >= 0) (looks ??= this.columns.map(() => -1))[index] = look;
    }
    this.sums.measure(values);
    for (const group of this.open) group.sums.measure(values);
    this.toKeep -= 1;
    const line: Writable<RowLine> = {
      kind: 'row',
      cells,
      isTinted: this.plan.hasZebra && this.rowIndex % 2 === 1,
      keepsWithNext: this.toKeep > 0,
      openGroups: this.openGroups,
    };
    if (isMarked) line.isMarked = true;
    if (looks) line.looks = looks;
    if (this.startsPage) line.startsPage = true;
    if (this.hasAmounts) line.amounts = this.amounts = this.sums.amounts();
    this.startsPage = false;
    this.rowIndex += 1;
    this.push(line);
  }

  private push(line: Writable<TableLine>): void {
    if (this.base) line.base = this.base;
    this.lines.push(line);
  }

  /** The line before stays with it, so that no page begins with a sum of nothing. */
  private pushSums(level: number, label: string, cells: readonly string[]): void {
    this.lines.at(-1)!.keepsWithNext = true;
    this.toKeep = 0;
    this.push({
      kind: 'sums',
      level,
      label,
      cells,
      keepsWithNext: false,
      openGroups: this.openGroups.filter((group) => group.level <= level),
    });
  }

  private pushTotalsAbove(): void {
    const { totals } = this.plan;
    if (!totals?.isAbove) return;
    const label = this.scope.text(totals.label);
    this.push({ kind: 'lateSums', label, totals: this.sums, keepsWithNext: true, openGroups: [] });
  }

  private withKey(key: Value): Variables {
    return { ...this.scope.variables, group: { key } };
  }
}
