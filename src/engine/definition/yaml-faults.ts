import type { YAMLError } from 'yaml';

/** What is wrong with a text as YAML, and from which character on. */
export interface YamlFault {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly offset: number;
}

const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'Put a text with `: ` in quotes, and begin the members of an object in one column.',
  UNEXPECTED_TOKEN:
    'Put a text with `{`, `[`, `,` or a quotation mark in quotes; in single quotes an apostrophe is written twice.',
  BAD_SCALAR_START: 'Put the text in quotes.',
};

/** Characters before a fault in which its cause is looked for; few enough for a pattern. */
const REACH = 500;

/** In the words of a definition: where a slip shows only later, the place of the slip. */
export function explainYaml(text: string, { code, message, pos: [offset] }: YAMLError): YamlFault {
  if (message.includes('call stack'))
    return { code: 'TOO_DEEP', detail: 'The definition is nested too deeply.', offset };
  if (code === 'MULTIPLE_DOCS')
    return { code, detail: 'A definition is one document, and `---` begins another.', offset };
  const start = Math.max(0, offset - REACH);
  const comment = code === 'BAD_INDENT' ? /\s(#[^\n]*)\n\s*$/.exec(text.slice(start, offset)) : null;
  if (comment) {
    const detail = `\`${comment[1]!.slice(0, 40)}\` is a comment here, so that what is open before it has no end.`;
    const hint = 'Put a colour, or a text with `#` after a space, in quotes.';
    return { code, detail, hint, offset: start + comment.index + 1 };
  }
  const hint = hints[code];
  return { code, detail: `${message}.`.replace(/\.\.$/, '.'), offset, ...(hint !== undefined && { hint }) };
}
