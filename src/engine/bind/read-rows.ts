import type { RowPlace, TypedBatch, Variables } from '../model/element';
import type { RenderPlace, Warnings } from '../model/faults';
import { RenderError, nameOf } from '../model/faults';
import type { DatasetPlan } from '../model/report';
import type { Column, Field, Value } from '../model/value';
import { ValueFault, readValue } from '../values/read-value';
import { DataHash } from './data-hash';
import { comparatorOf } from './sort-rows';

/** A row as it came: CSV gives strings, NDJSON any JSON value. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowBatch {
  rows: readonly Row[];
  /** 1-based source line of each row, where the source is a text file. */
  lines?: readonly number[];
}

/** Rows that are placed together, a few pages of a usual table; always as many, so that a file does not depend on its source's batches. */
export const BATCH_SIZE = 256;

interface Reading {
  readonly dataset: string;
  readonly source: AsyncIterable<RowBatch>;
  readonly plan: DatasetPlan;
  /** What computed fields can read beside the row. */
  readonly variables: Variables;
  readonly warnings: Warnings;
  /** Told of the source's batches before they are read; may refuse them. */
  admit(rows: number): void;
  /** Told the hash of all rows once they were read; see {@link DataHash}. */
  onRead?(hash: string): void;
}

/**
 * Reads rows as their declared types, and computes what is computed from them. Warns of fields that no row has.
 * @throws RenderError naming dataset, row, line and field of the first value that does not fit (data_invalid) or cannot be
 *   computed (template_error), unless the dataset says to skip or mark such rows; then it is a warning.
 */
export async function* readRows(reading: Reading): AsyncGenerator<TypedBatch> {
  const { dataset, source } = reading;
  const isAfter = orderCheck(reading.plan);
  const hash = new DataHash();
  let number = 0;
  let previous: readonly Value[] | undefined;
  const missing = new Set(reading.plan.fields);
  let batch = new Batch();
  const faults: RenderError[] = [];
  for await (const { rows, lines } of source) {
    reading.admit(rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const raw = rows[index]!;
      number += 1;
      const line = lines?.[index];
      const place = line === undefined ? { dataset, row: number } : { dataset, row: number, line };
      if (missing.size > 0) forgetPresent(missing, raw);
      const values = readRow(raw, reading, place, hash, faults);
      const isFaulty = faults.length > 0;
      if (isFaulty && !admitFaulty(faults.splice(0), reading)) continue;
      if (previous && isAfter(previous, values)) throw outOfOrder(place, reading.plan, previous, values);
      previous = values;
      batch.add(values, place, isFaulty);
      if (batch.rows.length < BATCH_SIZE) continue;
      yield batch;
      batch = new Batch();
    }
  }
  if (batch.rows.length > 0) yield batch;
  if (number > 0) warnOfMissing(missing, number, reading);
  reading.onRead?.(hash.digest());
}

class Batch implements TypedBatch {
  readonly rows: Value[][] = [];
  readonly places: RowPlace[] = [];
  marked?: Set<number>;

  add(values: Value[], place: RowPlace, isMarked: boolean): void {
    if (isMarked) (this.marked ??= new Set()).add(this.rows.length);
    this.rows.push(values);
    this.places.push(place);
  }
}

function forgetPresent(missing: Set<Field>, row: Row): void {
  // A source may give what is no row.
  for (const field of missing) if (Object.hasOwn(Object(row) as object, field.from)) missing.delete(field);
}

/** A field that no row has is what a mistyped name looks like. */
function warnOfMissing(missing: ReadonlySet<Field>, count: number, { dataset, warnings }: Reading): void {
  for (const { name, from } of missing) {
    const detail = `No row of the dataset ${dataset} has ${JSON.stringify(from)}, from which the field ${name} is read.`;
    warnings.add('field_missing', detail, count);
  }
}

/** Whether a row stays in spite of its faults. */
function admitFaulty(faults: readonly RenderError[], { plan, warnings }: Reading): boolean {
  if (plan.onRowError === 'fail') throw faults[0]!;
  const isSkipped = plan.onRowError === 'skip';
  for (const { detail } of isSkipped ? faults.slice(0, 1) : faults) {
    warnings.add(isSkipped ? 'row_skipped' : 'row_marked', detail);
  }
  return !isSkipped;
}

interface Place extends RowPlace {
  readonly dataset: string;
}

/** The values in the order of the dataset's columns; nothing (null) for one that is at fault. */
function readRow(
  row: unknown,
  { plan, variables }: Reading,
  place: Place,
  hash: DataHash,
  faults: RenderError[],
): Value[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    faults.push(invalid(place, 'is not an object of fields'));
    plan.fields.forEach(() => hash.add(null));
    return plan.columns.map(() => null);
  }
  const { fields } = plan;
  const values = new Array<Value>(fields.length);
  for (let index = 0; index < fields.length; index += 1) {
    values[index] = readField(row as Row, fields[index]!, place, hash, faults);
  }
  return plan.computed.length > 0 ? compute(values, plan, variables, place, faults) : values;
}

function readField(row: Row, field: Field, place: Place, hash: DataHash, faults: RenderError[]): Value {
  const { from } = field;
  // A row has no other names than its own but those that every object has.
  const raw = from in Object.prototype && !Object.hasOwn(row, from) ? undefined : row[from];
  const value = readValue(raw, field);
  hash.add(value === null ? null : raw);
  if (!(value instanceof ValueFault)) return value;
  faults.push(invalid(place, `${JSON.stringify(field.from)} ${value.detail}`, field));
  return null;
}

function compute(
  values: Value[],
  { fields, computed }: DatasetPlan,
  variables: Variables,
  place: Place,
  faults: RenderError[],
): Value[] {
  const row: Record<string, Value> = {};
  for (const [index, { name }] of fields.entries()) row[name] = values[index]!;
  for (const column of computed) {
    const value = evaluate(column, { ...variables, row }, place, faults);
    row[column.name] = value;
    values.push(value);
  }
  return values;
}

function evaluate(
  column: DatasetPlan['computed'][number],
  variables: Variables,
  place: Place,
  faults: RenderError[],
): Value {
  try {
    return column.expression.evaluate(variables);
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const detail = `${nameOf(place)}: \`${column.name}\` cannot be computed. ${error.detail}`;
    faults.push(new RenderError(error.code, detail, placeOf(place, column), { cause: error }));
    return null;
  }
}

/** Says of two rows whether the first should come after the second. */
function orderCheck({ orderedBy }: DatasetPlan): (a: readonly Value[], b: readonly Value[]) => boolean {
  if (orderedBy.length === 0) return () => false;
  const compare = comparatorOf(orderedBy);
  return (a, b) => compare(a, b) > 0;
}

function outOfOrder(place: Place, plan: DatasetPlan, before: readonly Value[], values: readonly Value[]): RenderError {
  const { column } = plan.orderedBy.find((key) => comparatorOf([key])(before, values) !== 0)!;
  const { name } = plan.columns[column]!;
  const why = `is out of order: its \`${name}\`, ${shown(values[column]!)}, comes after ${shown(before[column]!)}`;
  return new RenderError('data_invalid', `${nameOf(place)} ${why}.`, placeOf(place, plan.columns[column]));
}

const SHOWN_LENGTH = 40;

function shown(value: Value): string {
  if (value === null) return 'nothing';
  return JSON.stringify(value instanceof Date ? value : String(value).slice(0, SHOWN_LENGTH));
}

function invalid(place: Place, why: string, field?: Field): RenderError {
  return new RenderError('data_invalid', `${nameOf(place)}: ${why}.`, placeOf(place, field));
}

const placeOf = (place: Place, column?: Column): RenderPlace => ({ ...place, ...(column && { field: column.name }) });
