import type { ASTNode } from '@marcbachmann/cel-js';
import { runningEnvironment } from './environment';
import { parseExact } from './exact-numbers';
import type { ExpressionFault } from './explain-fault';
import { isLoop, walk } from './expression-tree';
import { formatsFor } from './formats';
import { withFormats } from './functions';
import { patternSteps } from './pattern-cost';

/** Steps of backtracking that all patterns of an expression may take on one text: about a millisecond. */
const MAX_STEPS = 2 ** 17;

/**
 * Refuses what could make the work of one row explode, loops in loops and patterns that backtrack, and calls that would fail
 * for every row.
 */
export function checkCalls(source: string, ast: ASTNode): ExpressionFault | undefined {
  let fault: ExpressionFault | undefined;
  let steps = 0;
  walk(ast, (node, loops) => {
    if (isLoop(node) && loops > 0) fault = { detail: 'Loops (map, filter, all, exists, bind) cannot be nested.' };
    fault ??= checkLiterals(source, node);
    if (node.op !== 'rcall' || node.args[0] !== 'matches') return;
    const pattern = node.args[2][0];
    steps += pattern?.op === 'value' && typeof pattern.args === 'string' ? patternSteps(pattern.args) : Infinity;
    if (steps > MAX_STEPS) {
      fault = {
        detail: '`matches` takes a pattern in quotation marks that is sure to end soon on any text.',
        hint: 'Avoid quantified groups and more than one `*` or `+`: say how often, as in `{1,40}`; anchor the pattern with `^`.',
      };
    }
  });
  return fault;
}

/** Stands for a value that only a row has. */
const samples: ReadonlyMap<string, string> = new Map([
  ['number', '1'],
  ['percent', '1'],
  ['money', '1'],
  ['round', '1'],
  ['date', 'timestamp("2000-01-01T00:00:00Z")'],
]);

/** Tries what is written out after the first argument, such as a currency, or is itself the only one. */
function checkLiterals(source: string, node: ASTNode): ExpressionFault | undefined {
  if (node.op !== 'call') return undefined;
  const [name, [first, ...rest]] = node.args;
  const sample = samples.get(name);
  if (sample === undefined || !first || !rest.every(isLiteral)) return undefined;
  const textOf = ({ start, end }: ASTNode): string => source.slice(start, end);
  const call = `${name}(${[isLiteral(first) ? textOf(first) : sample, ...rest.map(textOf)].join(', ')})`;
  try {
    withFormats(formatsFor('en', 'UTC'), () => parseExact(call, runningEnvironment).run!() as unknown);
    return undefined;
  } catch (error) {
    const why = (error as { summary?: string }).summary ?? (error as Error).message;
    return { detail: `\`${source}\`: ${why.replace(/\.$/, '')} (at character ${node.start + 1}).` };
  }
}

const isLiteral = (node: ASTNode): boolean => node.op === 'value' || (node.op === '-_' && node.args.op === 'value');
