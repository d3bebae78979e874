const INTEGER = new Intl.NumberFormat('en');
const KiB = 1024;

/** `42,700`. */
export function countText(value: number): string {
  return INTEGER.format(value);
}

/** `1 message`, `2 messages`. */
export function plural(value: number, one: string, many: string = `${one}s`): string {
  return `${countText(value)} ${value === 1 ? one : many}`;
}

/** `3.1 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= KiB && unit < units.length - 1) {
    value /= KiB;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** `0.41 s`, `2 min 5 s`. */
export function secondsText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `3.1 ms`. */
export function millisecondsText(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : secondsText(milliseconds / 1000);
}

/** `2020-01-31 13:00` of an ISO date, in a time zone. */
export function dateText(iso: string, timeZone: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(date);
}
