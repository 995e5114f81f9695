import { AppError } from '../errors/app-error';
import { isNotModified, isRangeCurrent } from './conditional';

const lastModified = new Date('2026-11-23T10:00:00.700Z');
const current = { etag: '"v3"', lastModified };
const earlier = 'Mon, 23 Nov 2026 09:59:59 GMT';
const same = 'Mon, 23 Nov 2026 10:00:00 GMT';

describe('isNotModified', () => {
  it.each([
    ['no condition', {}, false],
    ['its own tag', { 'if-none-match': '"v3"' }, true],
    ['its own tag, weak', { 'if-none-match': 'W/"v3"' }, true],
    ['its own tag among others', { 'if-none-match': '"a,b", "v3"' }, true],
    ['any tag', { 'if-none-match': '*' }, true],
    ['another tag', { 'if-none-match': '"v2"' }, false],
    [
      'another tag, which makes the date count for nothing',
      { 'if-none-match': '"v2"', 'if-modified-since': same },
      false,
    ],
    ['the date of the change', { 'if-modified-since': same }, true],
    ['a date before the change', { 'if-modified-since': earlier }, false],
    ['a date that is none', { 'if-modified-since': 'yesterday' }, false],
    ['a date of another kind', { 'if-modified-since': '2100-01-01' }, false],
    ['a date of another kind, not to be modified since', { 'if-unmodified-since': '2000-01-01T00:00:00Z' }, false],
    ['a day that no month has', { 'if-unmodified-since': 'Mon, 99 Nov 2000 10:00:00 GMT' }, false],
    ['a date as of RFC 850', { 'if-modified-since': 'Monday, 23-Nov-26 10:00:00 GMT' }, true],
    ['a date as of asctime', { 'if-modified-since': 'Mon Nov 23 10:00:00 2026' }, true],
    ['a date as of asctime that is too early', { 'if-modified-since': 'Sun Nov  8 10:00:00 2026' }, false],
  ])('answers %s', (_case, headers, expected) => {
    expect(isNotModified(headers, current)).toBe(expected);
  });

  it.each([
    ['another tag', { 'if-match': '"v2"' }],
    ['its own tag, weak', { 'if-match': 'W/"v3"' }],
    ['a change since', { 'if-unmodified-since': earlier }],
    ['another tag, before looking at If-None-Match', { 'if-match': '"v2"', 'if-none-match': '"v3"' }],
  ])('fails the precondition of %s', (_case, headers) => {
    expect(() => isNotModified(headers, current)).toThrow(new AppError('precondition-failed'));
  });

  it('lets If-Match pass with its own tag, whatever the date', () => {
    expect(isNotModified({ 'if-match': '"v3"', 'if-unmodified-since': earlier }, current)).toBe(false);
  });
});

describe('isRangeCurrent', () => {
  it.each([
    ['no condition', {}, true],
    ['its own tag', { 'if-range': '"v3"' }, true],
    ['its own tag, weak', { 'if-range': 'W/"v3"' }, false],
    ['another tag', { 'if-range': '"v2"' }, false],
    ['the exact date', { 'if-range': same }, true],
    ['another date', { 'if-range': earlier }, false],
  ])('judges %s', (_case, headers, expected) => {
    expect(isRangeCurrent(headers, current)).toBe(expected);
  });
});
