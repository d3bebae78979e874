import { LISTS, type List, PEOPLE, type Person } from './people.ts';

/** A text that goes with a message as an attachment. */
interface TextFile {
  readonly name: string;
  readonly type: string;
  readonly charset: string;
  readonly text: string;
}

/** One mail as its author typed it. */
export interface Draft {
  /** `garden/first-cut#3`: list, thread file, number from 1. */
  readonly key: string;
  readonly listName: string;
  readonly list: List;
  readonly who: Person;
  /** Unix seconds at which it was really sent, whatever its Date header will say. */
  readonly sent: number;
  readonly parent: Draft | null;
  readonly subject: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** Paragraphs and quote marks (`>> 2`), in order. */
  readonly blocks: readonly string[];
  readonly files: readonly TextFile[];
}

/**
 * Reads one thread file.
 *
 *     subject: Which scythe for wet grass?
 *     === maud 2023-03-04 08:15        (local time of the writer)
 *     : charset koi8-r                 (options; README.md lists them)
 *     A paragraph on one line is wrapped; one on several lines stays as it is.
 *     === pete <1 +3h20m               (answers mail 1, 3 h 20 min after the mail above it)
 *     >> 2                             (quotes the second paragraph of what it answers)
 *     --- file rain.csv text/csv utf-8 (the lines that follow are an attachment)
 */
export function readThread(listName: string, name: string, text: string): Draft[] {
  const list = LISTS.get(listName);
  if (list === undefined) throw new Error(`${listName}/${name}: no such list`);
  const [head = '', ...rest] = text.replace(/\n+$/, '').split(/^=== /m);
  const subject = /^subject: (.*)$/m.exec(head)?.[1] ?? '';
  const drafts: Draft[] = [];
  for (const part of rest) {
    const key = `${listName}/${name}#${drafts.length + 1}`;
    const lines = part.split('\n');
    const opening = /^(\w+)(?: <(\d*))? (?:\+(\w+)|(\d{4}-\d\d-\d\d) (\d\d:\d\d))$/.exec(lines.shift() ?? '');
    if (opening === null) throw new Error(`${key}: cannot read its first line`);
    const [, whoName = '', answers, later, day = '', time = ''] = opening;
    const who = PEOPLE.get(whoName);
    if (who === undefined) throw new Error(`${key}: nobody is called ${whoName}`);
    const options = new Map<string, string[]>();
    while (lines[0]?.startsWith(': ')) {
      const [, option = '', value = ''] = /^: (\S+) ?(.*)$/.exec(lines.shift() ?? '') ?? [];
      options.set(option, [...(options.get(option) ?? []), value]);
    }
    const parent =
      answers === undefined
        ? null
        : (drafts[answers === '' ? drafts.length - 1 : Number(answers) - 1] ?? null);
    if (answers !== undefined && parent === null) throw new Error(`${key}: answers a mail that is not there`);
    const { body, files } = splitFiles(lines);
    const own = options.get('subject')?.[0];
    drafts.push({
      key,
      listName,
      list,
      who,
      sent: later === undefined ? localTime(day, time, who) : (drafts.at(-1)?.sent ?? 0) + duration(later),
      parent,
      subject:
        own ??
        (parent === null ? subject : who.reply + parent.subject.replace(/^(?:(?:Re|AW|RE|回覆) ?: ?)+/i, '')),
      options,
      blocks: splitBlocks(body),
      files,
    });
  }
  return drafts;
}

/** Minutes from UTC for this person then: the second offset holds from April to October. */
export function offsetOf(who: Person, seconds: number): number {
  const month = new Date(seconds * 1000).getUTCMonth() + 1;
  return who.zone[month >= 4 && month <= 10 ? 1 : 0];
}

function localTime(day: string, time: string, who: Person): number {
  const utc = Date.parse(`${day}T${time}:00Z`) / 1000;
  return utc - offsetOf(who, utc) * 60 + ((day.length * 7 + utc / 60) % 53);
}

function duration(text: string): number {
  const unit = { d: 86_400, h: 3_600, m: 60 };
  let seconds = 17;
  for (const [, count, name] of text.matchAll(/(\d+)([dhm])/g)) {
    seconds += Number(count) * unit[name as keyof typeof unit];
  }
  return seconds;
}

function splitFiles(lines: readonly string[]): { body: string[]; files: TextFile[] } {
  const body: string[] = [];
  const files: { name: string; type: string; charset: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [mark, name = '', type = 'text/plain', charset = 'utf-8'] = line.startsWith('--- file ')
      ? line.slice(4).split(' ')
      : [];
    if (mark !== undefined) files.push({ name: name.replaceAll('_', ' '), type, charset, lines: [] });
    else (files.at(-1)?.lines ?? body).push(line);
  }
  return {
    body,
    files: files.map((f) => ({ ...f, text: `${f.lines.join('\n').replace(/\n+$/, '')}\n` })),
  };
}

function splitBlocks(lines: readonly string[]): string[] {
  const blocks: string[][] = [[]];
  for (const line of lines) {
    if (/^>> (\*|\d+(-\d+)?)$/.test(line)) blocks.push([line], []);
    else if (line === '') blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.filter((b) => b.length > 0).map((b) => b.join('\n'));
}
