const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Brussels' });

/** An instant as a person in Brussels reads it: `1 March 2026 at 00:00`. */
export function brussels(instant: string): string {
  return format.format(new Date(instant)).replace(/,(?= \d\d:)/, ' at');
}
