import { aggregations } from '../model/value';
import { reportMembers } from './environment';
import type { VariableTypes } from './environment';
import { callForms } from './functions';
import { didYouMean } from './nearest';

/** Why an expression cannot be compiled. */
export interface ExpressionFault {
  readonly detail: string;
  readonly hint?: string;
}

interface CelFault {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** What is wrong with an expression that CEL refuses, and what may have been meant. */
export function explainFault(source: string, fault: CelFault, types: VariableTypes): ExpressionFault {
  const at = fault.range ? ` (at character ${fault.range.start + 1})` : '';
  const detail = `\`${source}\`: ${fault.summary}${at}.`;
  const hint = hintFor(source, fault, types);
  return hint === undefined ? { detail } : { detail, hint };
}

function hintFor(source: string, fault: CelFault, types: VariableTypes): string | undefined {
  const table = types.tables?.find((each) => source.includes(each));
  if (table !== undefined) return `It has a row for each group: show it by a table with \`data: ${table}\`.`;
  const name = fault.summary.slice(fault.summary.lastIndexOf(': ') + 2);
  if (fault.code === 'unknown_variable') return hintForVariable(name, types);
  if (fault.code === 'no_such_key') {
    const object = /(\w+)\s*[.[]\s*["']?$/.exec(source.slice(0, fault.range?.start ?? 0))?.[1];
    const ofName: Readonly<Record<string, object | undefined>> = {
      ...types.data,
      ...types,
      ...types.totals,
      report: reportMembers,
    };
    if (object === 'page' && name === 'total') {
      return 'The number of pages is known at the end only: use `${page.total}` as an island of its own.';
    }
    const members = object === undefined ? undefined : ofName[object];
    return members && hintForMember(name, Object.keys(members));
  }
  if (fault.summary.startsWith('found no matching overload')) return hintForCall(fault.summary);
  if (/^Unexpected character: =/.test(fault.summary)) return 'Compare with `==`.';
  if (source.includes('${')) return 'This is an expression as it is: `${…}` puts one into a text.';
  if (fault.summary === 'Reserved identifier: if') return 'Write `condition ? this : that`.';
  if (/date [<>=]+ (string|google)|(string|Timestamp) [<>=]+ date/.test(fault.summary))
    return 'Compare a date with `report.date`, or with one that is written out: `date("2026-01-31")`.';
  if (fault.summary.includes('string + ') || fault.summary.includes(' + string')) {
    return 'Join texts with islands (`${a} ${b}`), or print numbers with `number()`.';
  }
  return undefined;
}

function hintForCall(summary: string): string | undefined {
  const name = /'(\w+)\(/.exec(summary)?.[1];
  if (name === undefined) return undefined;
  const usage = callForms.find((each) => each.startsWith(`${name}(`));
  if (usage !== undefined) return `It is called as \`${usage}\`, with values of types that fit.`;
  if (aggregations.some((how) => how === name))
    return `A total stands in the \`total\` of a column: \`total: ${name}\`; or among the \`aggregates\` of the dataset.`;
  return (
    didYouMean(
      name,
      callForms.map((each) => each.slice(0, each.indexOf('('))),
    ) ?? `There are: ${callForms.join(', ')}.`
  );
}

const PAGE_HINT =
  'In the body, `${page.number}` and `${page.total}` are islands of their own in a text or a heading: they are known when a page is made.';

function hintForVariable(name: string, types: VariableTypes): string {
  if (types.row && Object.hasOwn(types.row, name)) return `Did you mean \`row.${name}\`?`;
  if (Object.hasOwn(types.params, name)) return `Did you mean \`params.${name}\`?`;
  if (name === 'page') return PAGE_HINT;
  if (name === 'row') return '`row` exists in the columns of a table only.';
  if (name === 'data')
    return '`data` exists where a dataset declares `aggregates`, and is known when all rows were read: `compute` cannot read it.';
  if (name === 'group') return '`group` exists in the headers and footers of groups only.';
  if (aggregations.some((how) => how === name))
    return `\`${name}\` exists in the \`total\` of a column and in the labels of totals below their rows only.`;
  const { totals, ...others } = types;
  return `Known are: ${[...Object.keys(others), 'report', ...Object.keys(totals ?? {})].join(', ')}.`;
}

function hintForMember(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'None are declared.';
  return didYouMean(name, known) ?? `Known are: ${known.slice(0, 20).join(', ')}.`;
}
