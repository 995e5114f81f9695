import type { ParseError } from 'jsonc-parser';
import { createScanner, parse, SyntaxKind } from 'jsonc-parser';
import { AppError, validationFailed } from '../errors/app-error';

/** Deepest nesting of a JSON body. */
export const maxJsonDepth = 32;

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/**
 * Parses JSON by the letter of RFC 8259 and I-JSON (RFC 7493): what `JSON.parse` accepts, without duplicate members,
 * lone surrogates or nesting beyond `maxDepth`.
 *
 * @throws AppError `malformed-json`; `validation-failed` for a NUL inside a string, which Postgres cannot store
 */
export function parseStrictJson(text: string, maxDepth: number): Json {
  if (text.trim() === '') throw malformed('The body is empty');
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw malformed(`It cannot be read ${at(text, findSyntaxError(text))}`, cause);
  }
  checkTokens(text, maxDepth);
  if (text.includes('\\u0000')) refuseNul(value, '');
  return value;
}

/** `JSON.parse` has accepted the text, so the tokens are known to be in order and only need to be watched. */
function checkTokens(text: string, maxDepth: number): void {
  const scanner = createScanner(text, true);
  const open: (Set<string> | null)[] = []; // per level: the members seen, null inside an array
  let expectsName = false;
  for (let token = scanner.scan(); token !== SyntaxKind.EOF; token = scanner.scan()) {
    switch (token) {
      case SyntaxKind.OpenBraceToken:
      case SyntaxKind.OpenBracketToken:
        if (open.length === maxDepth) throw malformed(`It is nested deeper than ${maxDepth} levels`);
        open.push(token === SyntaxKind.OpenBraceToken ? new Set() : null);
        expectsName = token === SyntaxKind.OpenBraceToken;
        break;
      case SyntaxKind.CloseBraceToken:
      case SyntaxKind.CloseBracketToken:
        open.pop();
        expectsName = false;
        break;
      case SyntaxKind.NumericLiteral:
        if (!Number.isFinite(Number(scanner.getTokenValue())))
          throw malformed(`The number ${at(text, scanner.getTokenOffset())} is too large`);
        break;
      case SyntaxKind.CommaToken:
        expectsName = Boolean(open.at(-1));
        break;
      case SyntaxKind.StringLiteral: {
        const string = scanner.getTokenValue();
        if (!string.isWellFormed())
          throw malformed(`A string ${at(text, scanner.getTokenOffset())} has half a surrogate pair`);
        const names = open.at(-1);
        if (expectsName && names) {
          if (names.has(string))
            throw malformed(`The member '${shorten(string)}' ${at(text, scanner.getTokenOffset())} is there twice`);
          names.add(string);
          expectsName = false;
        }
      }
    }
  }
}

function refuseNul(value: Json, pointer: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0'))
      throw validationFailed([{ pointer, code: 'nul-character', detail: 'A string must not contain U+0000.' }]);
  } else if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) {
      const memberPointer = `${pointer}/${escapePointer(name)}`;
      refuseNul(name, memberPointer);
      refuseNul(member, memberPointer);
    }
  }
}

/** A member's name as a JSON pointer's token (RFC 6901 §3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Where a text that `JSON.parse` refused stops being JSON. The message of `JSON.parse` itself does not always tell. */
export function findSyntaxError(text: string): number {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true });
  } catch {
    // Nested deeper than this parser's own stack.
  }
  return errors[0]?.offset ?? text.length;
}

function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function malformed(reason: string, cause?: unknown): AppError {
  return new AppError('malformed-json', { reason }, { cause });
}
