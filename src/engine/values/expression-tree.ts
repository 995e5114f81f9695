/** Walks through the tree that CEL makes of an expression. */
import type { ASTNode } from '@marcbachmann/cel-js';

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

export const isLoop = (node: ASTNode): boolean => node.op === 'rcall' && LOOPS.has(node.args[0]);

/** Visits every node; `loops` counts the loops around it. */
export function walk(node: ASTNode, visit: (node: ASTNode, loops: number) => void, loops = 0): void {
  visit(node, loops);
  const inner = loops + (isLoop(node) ? 1 : 0);
  const children = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(children);
    else if (isNode(value)) walk(value, visit, inner);
  };
  children(node.args);
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
