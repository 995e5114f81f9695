import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import { formatsFor } from './formats';

describe('formatsFor', () => {
  it('never shifts a date by a time zone', () => {
    const date = CalendarDate.parse('2026-01-01')!;
    for (const timeZone of ['Pacific/Auckland', 'America/Los_Angeles', 'UTC']) {
      expect(formatsFor('en-GB', timeZone).formatter('date', {})(date)).toBe('1 Jan 2026');
    }
  });

  it('prints times in the time zone of the report', () => {
    const time = new Date('2026-01-01T03:00:00Z');
    const print = (timeZone: string): string => formatsFor('en-GB', timeZone).formatter('dateTime', {})(time);
    expect(print('America/New_York')).toBe('31 Dec 2025, 22:00');
    expect(print('Europe/Berlin')).toBe('1 Jan 2026, 04:00');
  });

  it('prints plain values as islands show them', () => {
    const { plain } = formatsFor('de', 'UTC');
    expect([2026n, Decimal.parse('1234.50')!, 'x', true, null].map(plain)).toEqual(['2026', '1234,5', 'x', 'true', '']);
  });

  it('refuses a locale or a time zone that does not exist', () => {
    expect(() => formatsFor('not a locale', 'UTC')).toThrow(RangeError);
    expect(() => formatsFor('en', 'Mars/Olympus')).toThrow(RangeError);
  });
});
