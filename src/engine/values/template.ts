import type { Expression, Template, Variables } from '../model/element';
import type { TextPart } from '../model/page';

/** A piece of a text with islands: what stands outside, or the source of an expression. */
export type TemplatePiece = { readonly text: string } | { readonly source: string };

/**
 * Splits `Sales ${params.from}` into its pieces; `$${` stands for `${` itself. Braces and quotation marks inside of an
 * island belong to its expression. `undefined` where an island is not closed.
 */
export function splitTemplate(template: string): TemplatePiece[] | undefined {
  const pieces: TemplatePiece[] = [];
  let text = '';
  let index = 0;
  while (index < template.length) {
    if (template.startsWith('$${', index)) {
      text += '${';
      index += 3;
    } else if (template.startsWith('${', index)) {
      const end = endOfIsland(template, index + 2);
      if (end === undefined) return undefined;
      pieces.push({ text }, { source: template.slice(index + 2, end).trim() });
      text = '';
      index = end + 1;
    } else {
      text += template.charAt(index);
      index += 1;
    }
  }
  pieces.push({ text });
  return pieces.filter((piece) => !('text' in piece) || piece.text !== '');
}

function endOfIsland(template: string, start: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let index = start; index < template.length; index += 1) {
    const character = template.charAt(index);
    if (quote !== '') {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return undefined;
}

/** A template whose islands are compiled. */
export function templateOf(pieces: readonly (TextPart | Expression)[]): Template {
  return {
    isConstant: pieces.every((piece) => typeof piece === 'string'),
    members: pieces.flatMap((piece) => (typeof piece === 'object' && 'members' in piece ? piece.members : [])),
    parts: (variables) => pieces.map((piece) => partOf(piece, variables)),
  };
}

function partOf(piece: TextPart | Expression, variables: Variables): TextPart {
  if (typeof piece === 'string' || 'late' in piece) return piece;
  return variables.formats.plain(piece.evaluate(variables));
}
