/** A table of a dataset's rows, streamed: its header repeats on every page, groups have subtotals, and totals close it. */
import type { Element } from '../../model/element';
import { bindTable } from './bind-table';
import { compileColumns, measuresOf } from './compile-column';
import { compileGroups } from './compile-group';
import { compileCarry, compilePageTotals, compileTotals } from './compile-totals';
import type { TablePlan } from './plan';
import { placeTable } from './place-table';
import type { TableContent } from './table-content';
import type { TableSpec } from './table-spec';
import { tableMarks } from './table-marks';
import { tableProperties } from './table-spec';

export const table: Element<TableSpec, TablePlan, TableContent> = {
  type: 'table',
  schema: { required: ['data', 'columns'], properties: tableProperties },

  compile(spec, compiler) {
    compiler.reads(spec.data, '/data');
    const fields = compiler.datasets.get(spec.data) ?? [];
    const columns = compileColumns(spec, fields, compiler);
    const groups = compileGroups(spec, fields, columns, compiler);
    const totals = compileTotals(spec, columns, compiler);
    const labels = [totals?.label, ...groups.map(({ footer }) => footer)].filter((label) => label !== undefined);
    return {
      data: spec.data,
      columns,
      groups,
      measures: measuresOf(columns, labels, fields),
      totals,
      pageTotals: compilePageTotals(spec, columns, compiler),
      carry: compileCarry(spec, columns, compiler),
      hasZebra: spec.zebra ?? true,
      splitsRows: spec.splitRows ?? false,
      density: spec.density ?? 'regular',
      empty: compiler.template(spec.empty ?? '', '/empty'),
    };
  },

  bind: bindTable,
  marks: tableMarks,
  place: placeTable,
};
