/** A date read from a header. */
export interface ReadDate {
  /** Unix seconds, whole. */
  readonly seconds: number;
  /** False where the zone is missing or no known one: the time was then taken for UTC. */
  readonly zoneKnown: boolean;
}

export interface DateSources {
  /** Unix seconds of the Date header, or null. */
  readonly dateHeader: number | null;
  /** Unix seconds of the topmost Received that parses, or null. */
  readonly receivedHeader: number | null;
  /** Unix seconds the place tells (separator line, file name), or null; the epoch, which archives write for "unknown", is null. */
  readonly placeDate: number | null;
}

const DAY = 86_400;
/** Longest text that is looked at as a date; sound ones have about 40 characters. */
const MAX_LENGTH = 200;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Minutes east of UTC. RFC 5322 has the American ones; the others are common in mail and mean one thing only. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...['ut', 'utc', 'gmt', 'z', 'wet'].map((name) => [name, 0] as const),
  ...['bst', 'cet', 'met', 'mez', 'west'].map((name) => [name, 60] as const),
  ...['cest', 'mest', 'mesz', 'eet'].map((name) => [name, 120] as const),
  ...['eest', 'msk'].map((name) => [name, 180] as const),
  ['msd', 240],
  ['hkt', 480],
  ['jst', 540],
  ['kst', 540],
  ['aest', 600],
  ['aedt', 660],
  ['nzst', 720],
  ['nzdt', 780],
  ['adt', -180],
  ['edt', -240],
  ['est', -300],
  ['cdt', -300],
  ['cst', -360],
  ['mdt', -360],
  ['mst', -420],
  ['pdt', -420],
  ['pst', -480],
]);

/** The form of nearly all mail: `Mon, 3 Feb 2020 10:00:00 +0100`, a comment behind it allowed. */
const USUAL =
  /^\s{0,20}(?:[A-Za-z]{3},? )?\s?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})(?: \([^()]{0,60}\))?\s{0,20}$/;

/**
 * Reads a date of RFC 5322 with its obsolete forms, of asctime, of ISO 8601 and near to these: weekday, seconds and zone may be missing, the
 * year have two digits, names stand in full, comments anywhere. Null where it cannot be read or no such moment exists (31 February, 25 h).
 */
export function parseDate(text: string): ReadDate | null {
  const usual = USUAL.exec(text);
  if (usual !== null) {
    const month = monthOf((usual[2] ?? '').toLowerCase());
    const zone = Number(usual[8]) * 60 + Number(usual[9]);
    const offset = Number(usual[9]) > 59 || zone >= 24 * 60 ? null : usual[7] === '-' ? -zone : zone;
    return moment(
      yearOf(usual[3] ?? ''),
      month,
      Number(usual[1]),
      Number(usual[4]),
      Number(usual[5]),
      Number(usual[6]),
      offset,
    );
  }
  const plain = withoutComments(text.slice(0, MAX_LENGTH)).toLowerCase().replace(/ *: */g, ':');
  const iso = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[t\s]+|$)/.exec(plain);
  if (iso !== null) {
    return momentOf(
      Number(iso[1]),
      Number(iso[2]) > 12 ? -1 : Number(iso[2]) - 1,
      Number(iso[3]),
      plain.slice(iso[0].length),
    );
  }
  const words = plain
    .replace(/(\d)-([a-z]{3,9})-(\d)/, '$1 $2 $3')
    .replace(/([a-z])\.(?=\s|,|$)/g, '$1')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const month = words.findIndex((word) => monthOf(word) !== -1);
  if (month === -1) return null;
  const before = words[month - 1];
  const after = words[month + 1];
  const number = monthOf(words[month] ?? '');
  if (before !== undefined && isDay(before) && after !== undefined && /^\d{2,4}$/.test(after)) {
    return momentOf(yearOf(after), number, dayOf(before), words.slice(month + 2).join(' '));
  }
  // asctime: the day behind the month, the year behind the time (and perhaps a zone).
  if (after === undefined || !isDay(after)) return null;
  const rest = words.slice(month + 2);
  const year = rest.findIndex((word) => /^(?:19|20)\d\d$/.test(word));
  if (year === -1) return null;
  return momentOf(Number(rest[year]), number, dayOf(after), rest.toSpliced(year, 1).join(' '));
}

/**
 * Date and arrival of a message. Received: the topmost Received header, else the place's date, else Date. Date: the Date header if it lies
 * between 1970 and received + 1 day, else received. 0 where nothing is known.
 */
export function chooseDates(sources: DateSources): { readonly date: number; readonly received: number } {
  const { dateHeader, receivedHeader, placeDate } = sources;
  const usable = dateHeader !== null && dateHeader >= 0 ? dateHeader : null;
  const received = receivedHeader ?? placeDate ?? usable ?? 0;
  return { date: usable !== null && usable <= received + DAY ? usable : received, received };
}

function momentOf(year: number, month: number, day: number, rest: string): ReadDate | null {
  const time =
    /^\s*(\d{1,2})(?:[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?)?\s*(am|pm)?(?![\d:])\s*(.*)$/.exec(
      rest,
    );
  let hour = 0;
  let minute = 0;
  let second = 0;
  let zoneText = rest.trim();
  if (time !== null && (time[2] !== undefined || time[4] !== undefined)) {
    hour = Number(time[1]);
    minute = Number(time[2] ?? 0);
    second = Number(time[3] ?? 0);
    if (time[4] !== undefined) {
      if (hour < 1 || hour > 12) return null;
      hour = (hour % 12) + (time[4] === 'pm' ? 12 : 0);
    }
    zoneText = (time[5] ?? '').trim();
  } else if (/^\d/.test(zoneText)) return null;
  return moment(year, month, day, hour, minute, second, zoneMinutes(zoneText));
}

/** Null where there is no such moment. `zone`: minutes east of UTC, null where unknown. */
function moment(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  zone: number | null,
): ReadDate | null {
  if (year < 1900 || year > 9999 || month < 0 || day < 1 || day > daysOf(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;
  return {
    seconds: Date.UTC(year, month, day, hour, minute, second) / 1000 - (zone ?? 0) * 60,
    zoneKnown: zone !== null,
  };
}

function daysOf(year: number, month: number): number {
  if (month === 1) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31;
}

/** Minutes east of UTC of the first zone in the text, or null. Single letters other than Z are UTC, as RFC 5322 has it. */
function zoneMinutes(text: string): number | null {
  const numeric = /(?:^|[\s,a-z+])([+-])(\d{1,2}):?(\d{2})(?!\d)/.exec(text);
  if (numeric !== null) {
    const hours = Number(numeric[2]);
    const minutes = Number(numeric[3]);
    if (hours > 23 || minutes > 59) return null;
    return (numeric[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  const hoursOnly = /^(?:gmt|utc)([+-]\d{1,2})(?!\d)/.exec(text);
  if (hoursOnly !== null) return Math.abs(Number(hoursOnly[1])) > 14 ? null : Number(hoursOnly[1]) * 60;
  const name = /^[^a-z]*([a-z]+)/.exec(text)?.[1];
  if (name === undefined) return null;
  return ZONES.get(name) ?? (name.length === 1 && name !== 'j' ? 0 : null);
}

function monthOf(word: string): number {
  const month = MONTHS.indexOf(word.slice(0, 3));
  return month !== -1 && /^[a-z]{3,9}$/.test(word) ? month : -1;
}

function isDay(word: string): boolean {
  return /^\d{1,2}(?:st|nd|rd|th)?$/.test(word);
}

function dayOf(word: string): number {
  return Number.parseInt(word, 10);
}

/** RFC 5322, section 4.3: two digits up to 49 are of this century, others and three digits count from 1900. */
function yearOf(word: string): number {
  const year = Number(word);
  if (word.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  // Programs that count years from 1900 have written 102 and 0102 for 2002.
  return word.length === 3 || (word.startsWith('0') && year >= 70) ? 1900 + year : year;
}

/** Comments nest; one that is never closed reaches to the end. A closing bracket alone is a blank. */
function withoutComments(text: string): string {
  if (!/[()]/.test(text)) return text;
  let out = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 40) depth++;
    else if (code === 41) {
      if (depth > 0) depth--;
      out += ' ';
    } else if (depth === 0) out += text[at];
  }
  return out;
}
