// Civil dates as whole numbers: yyyymmdd to days since 1970 and back, without a clock.

/**
 * First event time that is taken for one, and one past the last: numbers of seconds or milliseconds
 * lie before 1971, those of nanoseconds beyond 2096. Units: microseconds.
 */
export const EVENT_US_MIN = 31_536_000_000_000;
/** As `EVENT_US_MIN`. */
export const EVENT_US_MAX = 4e15;

/** Day of the week with Sunday as 0. `days` are days since 1970-01-01, a Thursday. */
export function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/**
 * Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function daysOf(date: number): number {
  const month = Math.floor(date / 100) % 100;
  const day = date % 100;
  const year = Math.floor(date / 10_000) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date, as yyyymmdd, of so many days since 1970-01-01. Source: as `daysOf`. */
export function dateOf(days: number): number {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + day;
}

/** Whether a whole number is a real calendar date written yyyymmdd. */
export function isDate(date: number): boolean {
  return (
    Number.isInteger(date) &&
    date >= 1_000_101 &&
    date <= 99_991_231 &&
    dateOf(daysOf(date)) === date
  );
}

/** A date, yyyymmdd, as it is read: yyyy-mm-dd. */
export function dateText(date: number): string {
  const text = String(date).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
