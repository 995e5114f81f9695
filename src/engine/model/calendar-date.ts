const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A day of the Gregorian calendar, without a time and so without a time zone that could shift it. */
export class CalendarDate {
  /** @param iso `YYYY-MM-DD`, as {@link CalendarDate.parse} has checked it; such texts sort like the days they name. */
  private constructor(readonly iso: string) {}

  /** `undefined` for anything but an existing day written as `YYYY-MM-DD`. */
  static parse(text: string): CalendarDate | undefined {
    const match = ISO_DATE.exec(text);
    if (!match) return undefined;
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
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

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
