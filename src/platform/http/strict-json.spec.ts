import { AppError } from '../errors/app-error';
import { parseStrictJson } from './strict-json';

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    const text = '{"a":[1,-2.5e3,"\\ud83e\\udd85",null,true],"b":{"a":{}},"__proto__":1}';
    expect(parseStrictJson(text, 3)).toEqual(JSON.parse(text));
  });

  it.each([
    ['nothing', '  \n', /empty/],
    ['a value that is missing', '{"a":}', /line 1, column 6/],
    ['an end that comes too early', '{"a":\n', /line 2, column 1/],
    ['NaN', '[1,NaN]', /line 1, column 4/],
    ['a comment', '{"a":1} // x', /line 1, column 9/],
    ['a member that is there twice', '{"a":{"b":1},\n "a":2}', /'a' at line 2, column 2 is there twice/],
    ['a member that is there twice by another spelling', '{"a":1,"\\u0061":2}', /twice/],
    ['half a surrogate pair in a string', '["\\ud800"]', /surrogate/],
    ['half a surrogate pair in a name', '{"\\udc00":1}', /surrogate/],
    ['a number beyond all bounds', '{"a":1e400}', /number at line 1, column 6 is too large/],
    ['deep nesting', '[[[[]]]]', /deeper than 3/],
    ['very deep nesting', '['.repeat(100_000) + ']'.repeat(100_000), /deeper than 3/],
    ['very deep nesting without an end', '['.repeat(100_000), /cannot be read/],
  ])('refuses %s as malformed', (_case, text, detail) => {
    const error = catchError(text);
    expect(error.code).toBe('malformed-json');
    expect(error.detail).toMatch(detail);
  });

  it('does not take values in different objects for duplicates', () => {
    expect(() => parseStrictJson('[{"a":1},{"a":"a"},"a"]', 3)).not.toThrow();
  });

  it('points to a NUL inside a string, which is JSON but cannot be stored', () => {
    const error = catchError('{"a/b":["x","\\u0000"]}');
    expect(error.code).toBe('validation-failed');
    expect(error.fields.errors).toEqual([expect.objectContaining({ pointer: '/a~1b/1' })]);
  });
});

function catchError(text: string): AppError {
  try {
    parseStrictJson(text, 3);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
