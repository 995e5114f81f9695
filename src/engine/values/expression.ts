import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { EvaluationError } from '@marcbachmann/cel-js';
import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Expression, Variables } from '../model/element';
import { RenderError } from '../model/faults';
import type { FieldType, Value } from '../model/value';
import { aggregations } from '../model/value';
import { checkCalls } from './check-calls';
import { DivisionByZero, celTypes, runningEnvironment } from './environment';
import type { VariableTypes } from './environment';
import type { ExpressionFault } from './explain-fault';
import { explainFault } from './explain-fault';
import { parseExact } from './exact-numbers';
import { walk } from './expression-tree';
import { withFormats } from './functions';
import { MAX_MATCHED_LENGTH } from './pattern-cost';

const MAX_LENGTH = 2000;

/** Compiles a CEL expression, or says what is wrong with it. */
export function compileExpression(
  source: string,
  environment: Environment,
  types: VariableTypes,
): Expression | ExpressionFault {
  if (source.length > MAX_LENGTH) return { detail: `An expression may have at most ${MAX_LENGTH} characters.` };
  const { checked } = parseExact(source, environment);
  if (!checked.valid) return explainFault(source, checked.error!, types);
  const type = typeNames.get(checked.type!);
  if (type === undefined && checked.type !== 'dyn') {
    return {
      detail: `\`${source}\` is of the type ${checked.type!}, which cannot be printed.`,
      hint: 'Make it a string or a number.',
    };
  }
  const run = parseExact(source, runningEnvironment).run!;
  const fault = checkCalls(source, run.ast);
  if (fault) return fault;
  const members = membersOf(run.ast);
  const matches = hasPattern(run.ast);
  return {
    type,
    members,
    evaluate(variables) {
      if (matches) checkMatchedLength(source, members, variables);
      const value = evaluate({ source, run, members, isOfTotals: types.totals !== undefined }, variables);
      return type === 'decimal' && typeof value === 'bigint' ? Decimal.fromInteger(value) : value;
    },
  };
}

const typeNames: ReadonlyMap<string, FieldType> = new Map([
  ...(Object.entries(celTypes) as [FieldType, string][]).map(([type, cel]): [string, FieldType] => [cel, type]),
  ['double', 'decimal'],
]);

interface Program {
  readonly source: string;
  readonly run: (context: object) => unknown;
  readonly members: readonly Member[];
  readonly isOfTotals: boolean;
}

function evaluate({ source, run, members, isOfTotals }: Program, variables: Variables): Value {
  const { formats, ...context } = variables;
  let result: unknown;
  try {
    result = withFormats(formats, () => run(context));
  } catch (error) {
    if (error instanceof EvaluationError && members.some((member) => isNothing(variables, member))) return null;
    // A row can be skipped or marked; a group that adds up to zero must not end the report.
    if (isOfTotals && isDivisionByZero(error)) return null;
    const why =
      error instanceof EvaluationError ? error.summary : error instanceof RangeError ? error.message : undefined;
    if (why === undefined) throw error;
    throw new RenderError('template_error', `The expression \`${source}\` failed: ${why}.`, {}, { cause: error });
  }
  return toValue(result, source);
}

const isDivisionByZero = (error: unknown): boolean =>
  error instanceof DivisionByZero || (error instanceof EvaluationError && error.code === 'division_by_zero');

const isNothing = (variables: Variables, member: Member): boolean => valueOf(variables, member) === null;

/** Null where there is none. */
const valueOf = (variables: Variables, member: Member): unknown =>
  member.reduce<unknown>((value, name) => (Object(value) as Record<string, unknown>)[name] ?? null, variables);

function toValue(result: unknown, source: string): Value {
  if (typeof result === 'number') {
    const decimal = Decimal.fromNumber(result);
    if (decimal) return decimal;
  }
  if (result === null || result === undefined) return null;
  const isValue = typeof result === 'string' || typeof result === 'bigint' || typeof result === 'boolean';
  if (isValue || result instanceof Decimal || result instanceof CalendarDate || result instanceof Date) return result;
  throw new RenderError('template_error', `The expression \`${source}\` has a result that cannot be printed.`);
}

/** A member that can be nothing (null) and that an expression reads, as the names from its variable on. */
type Member = readonly string[];

function membersOf(ast: ASTNode): Member[] {
  const members: Member[] = [];
  walk(ast, (node) => {
    const path = pathOf(node);
    if (path && path.length === depths[path[0]!]) members.push(path);
  });
  return members;
}

/** How many names it takes to a value. */
const depths: Readonly<Record<string, number>> = {
  params: 2,
  row: 2,
  group: 2,
  data: 3,
  ...Object.fromEntries(aggregations.map((how) => [how, 2])),
};

function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [object, key] = node.args;
  const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
  const path = typeof name === 'string' ? pathOf(object) : undefined;
  return path && [...path, name as string];
}

function hasPattern(ast: ASTNode): boolean {
  let found = false;
  walk(ast, (node) => (found ||= node.op === 'rcall' && node.args[0] === 'matches'));
  return found;
}

/** What a pattern was allowed for is texts of this length; CEL puts it to any. */
function checkMatchedLength(source: string, members: readonly Member[], variables: Variables): void {
  for (const member of members) {
    const value = valueOf(variables, member);
    if (typeof value !== 'string' || value.length <= MAX_MATCHED_LENGTH) continue;
    const why = `\`${member.join('.')}\` has ${value.length} characters, and \`matches\` takes ${MAX_MATCHED_LENGTH} at most`;
    throw new RenderError('template_error', `The expression \`${source}\` failed: ${why}.`);
  }
}
