import { CalendarDate } from './calendar-date';

describe('CalendarDate', () => {
  it.each(['2024-02-29', '2000-02-29', '1990-12-31', '0001-01-01'])('takes %s', (text) => {
    expect(CalendarDate.parse(text)?.iso).toBe(text);
  });

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '2024-01-01T00:00:00Z',
    '',
  ])('refuses %j', (text) => {
    expect(CalendarDate.parse(text)).toBeUndefined();
  });

  it.each([
    ['Asia/Tokyo', '2026-01-01'],
    ['UTC', '2025-12-31'],
    ['America/New_York', '2025-12-31'],
  ])('is in %s %s', (timeZone, expected) => {
    expect(CalendarDate.of(new Date('2025-12-31T18:00:00Z'), timeZone)?.iso).toBe(expected);
  });
});
