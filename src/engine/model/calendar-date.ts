const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A day of the Gregorian calendar, without a time and so without a time zone that could shift it. */
export class CalendarDate {
  /** @param iso `YYYY-MM-DD`, as {@link CalendarDate.parse} has checked it; such texts sort like the days they name. */
  private constructor(readonly iso: string) {}

  /** `undefined` for anything but an existing day written as `YYYY-MM-DD`. */
  static parse(text: string): CalendarDate | undefined {
    if (!ISO_DATE.test(text)) return undefined;
    const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
    const month = digitsAt(text, 5);
    const day = digitsAt(text, 8);
    return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) ? new CalendarDate(text) : undefined;
  }

  /** The day that a time falls on in a time zone (IANA). `undefined` for years that {@link CalendarDate.parse} cannot read. */
  static of(time: Date, timeZone: string): CalendarDate | undefined {
    return CalendarDate.parse(new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' }).format(time));
  }

  /** Midnight of the day in UTC, for formatters that are set to UTC. */
  toUtc(): Date {
    return new Date(`${this.iso}T00:00:00Z`);
  }

  toString(): string {
    return this.iso;
  }
}

/** The number of two digits. */
const digitsAt = (text: string, index: number): number =>
  (text.charCodeAt(index) - ZERO) * 10 + text.charCodeAt(index + 1) - ZERO;

const ZERO = 0x30;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
