import { addPeriod, dateOf, startOfDay } from '@convenant/kernel';

const fixedHolidays: ReadonlySet<string> = new Set(['01-01', '05-01', '07-21', '08-15', '11-01', '11-11', '12-25']);
/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const movableHolidays = [1, 39, 50];

/** True for a day that is neither Saturday, Sunday nor a Belgian public holiday. @param date `YYYY-MM-DD`, Brussels */
export function isWorkingDay(date: string): boolean {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6 || fixedHolidays.has(date.slice(5))) return false;
  const easter = easterSunday(Number(date.slice(0, 4)));
  return !movableHolidays.some((days) => new Date(easter + days * 86_400_000).toISOString().slice(0, 10) === date);
}

/** The date itself, or the next working day. */
export function workingDayFrom(date: string): string {
  let day = date;
  while (!isWorkingDay(day)) day = dateOf(addPeriod(startOfDay(day), 'P1D'));
  return day;
}

/** Easter Sunday of the Gregorian calendar (anonymous algorithm), at noon UTC. */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1, 12);
}
