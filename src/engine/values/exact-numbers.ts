import { ParseError } from '@marcbachmann/cel-js';
import type { ASTNode, Environment, ParseResult, TypeCheckResult } from '@marcbachmann/cel-js';
import { Decimal } from '../model/decimal';
import { walk } from './expression-tree';

/** What CEL does not tell of its trees. */
type Node = { -readonly [Member in keyof ASTNode]: unknown } & { checkedType?: { name: string } };

/** More branches of different types than any expression of the allowed size has. */
const MAX_MIXED = 300;

/**
 * Parses and checks an expression with numbers as reports mean them: what is written with a point is a decimal, exact from the
 * first digit to the last, where CEL has binary fractions; and the branches of `a ? b : c` may be whole and decimal.
 */
export function parseExact(source: string, environment: Environment): { run?: ParseResult; checked: TypeCheckResult } {
  let run: ParseResult;
  try {
    run = environment.parse(source);
  } catch (error) {
    if (error instanceof ParseError) return { checked: { valid: false, error } };
    throw error;
  }
  walk(run.ast, (node) => {
    if (node.op !== 'value' || typeof node.args !== 'number') return;
    (node as Node).args = Decimal.parse(source.slice(node.start, node.end)) ?? node.args;
  });
  let checked = run.check();
  for (let mixed = 0; mixed < MAX_MIXED && !checked.valid && settlesMixed(checked.error); mixed += 1)
    checked = run.check();
  return { run, checked };
}

/** Makes a choice between a whole number and a decimal a decimal; operators, functions and formats take either for it. */
function settlesMixed(error: TypeCheckResult['error']): boolean {
  if (error?.code !== 'incompatible_ternary_branches' || error.node?.op !== '?:') return false;
  const branches = (error.node.args as Node[]).slice(1).map(({ checkedType }) => checkedType);
  const decimal = branches.find((type) => type?.name === 'decimal');
  if (!decimal || !branches.some((type) => type?.name === 'int')) return false;
  (error.node as Node).checkedType = decimal;
  return true;
}
