import { MONTHS, type Postmark, postmarkOf, type Time, zoneMinutes } from './postmark-date.ts';

/** What a date is made of, as it is found word by word. */
interface Found {
  weekday?: true;
  day?: number;
  month?: number;
  year?: number;
  time?: Time;
  half?: string;
  zones: string[];
}

/** Only behind what is surely a sender: with nothing but a date behind it a line of text is hardly ever. */
const SENDER = /^[ \t]{0,16}(?:[^ \t@]+@[^ \t]+|[^ \t]+ at [^ \t]+|-|MAILER-DAEMON)[ \t]+/i;
const MOST_WORDS = 10;

const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?$/i;
const MONTH = /^([a-z]{3})[a-z]{0,6}\.?$/i;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(am|pm)?$/i;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const ZONE = /^(?:[+-]\d{4}|[A-Z]{2,5}|Z|\([A-Za-z ]{1,40}\))$/;

/**
 * Postmarks with dates as some programs wrote them: no weekday, the time behind the year, ISO 8601, am and pm, years of two, three (100 for 2000) or five
 * digits (19100).
 * @param rest as of parsePostmark
 */
export function parseOddPostmark(rest: string): Postmark | null {
  const sender = SENDER.exec(rest);
  if (sender === null) return null;
  const words = rest
    .slice(sender[0].length)
    .split(/[ \t,]+/, MOST_WORDS + 1)
    .filter((word) => word !== '');
  if (words.length > MOST_WORDS) return null;
  const found: Found = { zones: [] };
  if (!words.every((word) => take(word, found))) return null;
  const { day, month, year, time, half } = found;
  if (day === undefined || month === undefined || year === undefined || time === undefined) return null;
  const [hour, minute, second] = time;
  if (day < 1 || day > 31 || month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return null;
  const shift =
    half === undefined ? 0 : half === 'pm' && hour < 12 ? 12 : half === 'am' && hour === 12 ? -12 : 0;
  return postmarkOf(year, month, day, [hour + shift, minute, second], zoneMinutes(found.zones.join(' ')));
}

/** Whether a word is a part of a date that has not been there yet. */
function take(word: string, found: Found): boolean {
  const number = /^\d{1,5}$/.test(word) ? Number(word) : null;
  if (number !== null) return takeNumber(word.length, number, found);
  const time = TIME.exec(word);
  if (time !== null && found.time === undefined) {
    found.time = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
    if (time[4] !== undefined) found.half = time[4].toLowerCase();
    return true;
  }
  const iso = ISO.exec(word);
  if (iso !== null && found.year === undefined && found.day === undefined && found.month === undefined) {
    found.year = Number(iso[1]);
    found.month = Number(iso[2]) - 1;
    found.day = Number(iso[3]);
    if (iso[4] !== undefined) found.time = [Number(iso[4]), Number(iso[5]), Number(iso[6] ?? 0)];
    if (iso[7] !== undefined) found.zones.push(iso[7].replace(':', ''));
    return true;
  }
  if (found.weekday === undefined && WEEKDAY.test(word)) {
    found.weekday = true;
    return true;
  }
  const month = MONTHS.indexOf((MONTH.exec(word)?.[1] ?? '').toLowerCase());
  if (month !== -1 && found.month === undefined) {
    found.month = month;
    return true;
  }
  if (/^(?:am|pm)$/i.test(word) && found.half === undefined) {
    found.half = word.toLowerCase();
    return true;
  }
  if (!ZONE.test(word) || found.zones.length === 2) return false;
  found.zones.push(word);
  return true;
}

function takeNumber(digits: number, number: number, found: Found): boolean {
  if (digits <= 2 && found.day === undefined) {
    found.day = number;
    return true;
  }
  if (found.year !== undefined) return false;
  if (digits === 2) found.year = number + (number < 70 ? 2000 : 1900);
  else if (digits === 3) found.year = number + 1900;
  else if (digits === 4) found.year = number;
  else if (number >= 19_100 && number < 19_200) found.year = number - 19_000 + 1900;
  else return false;
  return true;
}
