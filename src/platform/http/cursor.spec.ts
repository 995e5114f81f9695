import { readCursor, signCursor } from './cursor';

const secret = 'a secret of this test';
const context = ['tenant', { status: ['queued'] }];

describe('a cursor', () => {
  it('gives its position back for the same list', () => {
    const cursor = signCursor(['2026-11-23', 'id'], context, secret);
    expect(readCursor(cursor, context, secret)).toEqual(['2026-11-23', 'id']);
  });

  it.each([
    ['another tenant', (cursor: string) => readCursor(cursor, ['other', context[1]], secret)],
    ['other filters', (cursor: string) => readCursor(cursor, ['tenant', {}], secret)],
    ['another secret', (cursor: string) => readCursor(cursor, context, 'another')],
    ['a changed position', (cursor: string) => readCursor(`W10${cursor.slice(3)}`, context, secret)],
    ['half of it', (cursor: string) => readCursor(cursor.split('.')[0]!, context, secret)],
    ['nothing', () => readCursor('', context, secret)],
  ])('is refused with %s', (_case, read) => {
    const cursor = signCursor(['2026-11-23', 'id'], context, secret);
    expect(() => read(cursor)).toThrow('invalid-cursor');
  });
});
