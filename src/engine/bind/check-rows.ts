import type { Fault } from '../model/faults';
import { pointer } from '../model/faults';
import type { CompiledReport } from '../model/report';
import { ValueFault, readValue } from '../values/read-value';

const MAX_FAULTS = 20;

/**
 * Checks inline rows against the declared fields of a dataset. Pointers are relative to the rows: `/0/qty`.
 * @returns the first 20 faults at most; none of a dataset whose faulty rows are skipped or marked.
 */
export function checkRows(report: CompiledReport, dataset: string, rows: readonly unknown[]): Fault[] {
  const plan = report.data.get(dataset);
  if (!plan)
    return [{ pointer: '', code: 'unknown-dataset', detail: `The definition declares no dataset \`${dataset}\`.` }];
  const faults: Fault[] = [];
  if (plan.onRowError !== 'fail') return faults;
  for (const [index, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      faults.push({ pointer: pointer(index), code: 'row-invalid', detail: 'A row is an object of fields.' });
    } else {
      for (const field of plan.fields) {
        const raw = Object.hasOwn(row, field.from) ? (row as Record<string, unknown>)[field.from] : undefined;
        const value = readValue(raw, field);
        if (!(value instanceof ValueFault)) continue;
        const detail = `${JSON.stringify(field.from)} ${value.detail}.`;
        faults.push({
          pointer: pointer(index, field.from),
          code: raw === undefined ? 'missing-member' : 'value-invalid',
          detail,
        });
      }
    }
    if (faults.length >= MAX_FAULTS) return faults.slice(0, MAX_FAULTS);
  }
  return faults;
}
