/** Compiles the datasets of a definition: their fields as they come, and those that are computed from them. */
import type { Compiler } from '../model/element';
import { pointer } from '../model/faults';
import type { ComputedField, DatasetPlan, RowErrorPolicy, SortKey } from '../model/report';
import { nameOfGroups } from '../model/report';
import type { Column, Field, FieldType } from '../model/value';
import { checkingEnvironment } from '../values/environment';
import type { MemberTypes } from '../values/environment';
import { compileExpression } from '../values/expression';
import { didYouMean } from '../values/nearest';
import type { AggregateSpec } from './compile-aggregates';
import { compileAggregates } from './compile-aggregates';

/** A dataset as an author writes it. */
export interface DatasetSpec {
  fields: Record<string, FieldType | FieldSpec>;
  compute?: Record<string, string>;
  aggregates?: Record<string, AggregateSpec>;
  onRowError?: RowErrorPolicy;
  orderBy?: SortSpec[];
  orderedBy?: SortSpec[];
}

type SortSpec = string | { field: string; descending?: boolean };

interface FieldSpec {
  from?: string;
  type: FieldType;
  required?: boolean;
}

type ReportFault = Compiler['fault'];

export function compileDataset(name: string, spec: DatasetSpec, params: MemberTypes, fault: ReportFault): DatasetPlan {
  const fields = compileFields(name, spec.fields, fault);
  const computed = compileComputed(name, spec.compute ?? {}, fields, params, fault);
  const columns = [...fields, ...computed];
  const sortKeys = (member: 'orderBy' | 'orderedBy'): SortKey[] =>
    compileSortKeys(spec[member] ?? [], columns, pointer('data', name, member), fault);
  if (spec.orderBy && spec.orderedBy) {
    fault(pointer('data', name, 'orderedBy'), {
      code: 'sorted-twice',
      detail: 'Rows that are sorted here need not come in an order.',
      hint: 'Give either `orderBy`, to sort them, or `orderedBy`, to have their order checked.',
    });
  }
  return {
    fields,
    computed,
    columns,
    onRowError: spec.onRowError ?? 'fail',
    orderBy: sortKeys('orderBy'),
    orderedBy: sortKeys('orderedBy'),
    ...compileAggregates(name, spec.aggregates ?? {}, columns, fault),
  };
}

/** What a row has, by dataset, and of the groups of aggregates by the names that tables call them. */
export function columnsOf(data: ReadonlyMap<string, DatasetPlan>): Map<string, readonly Column[]> {
  const columns = new Map<string, readonly Column[]>([...data].map(([name, plan]) => [name, plan.columns]));
  for (const [dataset, { grouped }] of data) {
    for (const each of grouped) columns.set(nameOfGroups(dataset, each.name), each.columns);
  }
  return columns;
}

function compileFields(dataset: string, declared: DatasetSpec['fields'], fault: ReportFault): Field[] {
  return Object.entries(declared).map(([name, spec]) => {
    checkName(name, pointer('data', dataset, 'fields', name), fault, `Name it otherwise, with \`from: ${name}\`.`);
    if (typeof spec === 'string') return { name, from: name, type: spec, isRequired: false };
    return { name, from: spec.from ?? name, type: spec.type, isRequired: spec.required ?? false };
  });
}

function compileComputed(
  dataset: string,
  declared: Record<string, string>,
  fields: readonly Field[],
  params: MemberTypes,
  fault: ReportFault,
): ComputedField[] {
  const row: Record<string, FieldType> = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
  const computed: ComputedField[] = [];
  for (const [name, source] of Object.entries(declared)) {
    const path = pointer('data', dataset, 'compute', name);
    checkName(name, path, fault, 'Name it otherwise.');
    if (Object.hasOwn(row, name)) {
      fault(path, { code: 'name-taken', detail: `The dataset has a field \`${name}\` already.` });
    }
    const types = { params, row: { ...row } };
    const expression = compileExpression(source, checkingEnvironment(types), types);
    if (!('evaluate' in expression)) {
      fault(path, { code: 'expression-invalid', ...expression });
    } else if (expression.type === undefined) {
      const detail = `\`${source}\` has a type that only its value tells, and a field must have one.`;
      fault(path, { code: 'expression-invalid', detail, hint: 'Make it of one type, with `string()` or `int()`.' });
    } else {
      computed.push({ name, type: expression.type, expression, isComputed: true });
    }
    // A later field that reads this one is not to blame for it.
    row[name] = ('evaluate' in expression && expression.type) || 'string';
  }
  return computed;
}

function compileSortKeys(
  specs: readonly SortSpec[],
  columns: readonly Column[],
  path: string,
  fault: ReportFault,
): SortKey[] {
  const names = columns.map(({ name }) => name);
  return specs.map((spec, index) => {
    const { field, descending } = typeof spec === 'string' ? { field: spec, descending: false } : spec;
    const column = names.indexOf(field);
    if (column < 0) {
      const hint = didYouMean(field, names) ?? `Declared are: ${names.slice(0, 20).join(', ')}.`;
      fault(`${path}/${index}`, { code: 'unknown-field', detail: `There is no field \`${field}\`.`, hint });
    }
    return { column, isDescending: descending ?? false };
  });
}

function checkName(name: string, path: string, fault: ReportFault, hint: string): void {
  if (!RESERVED.has(name)) return;
  const detail = `\`${name}\` means something else in expressions and cannot name a field.`;
  fault(path, { code: 'name-reserved', detail, hint });
}

/** Words of CEL. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);
