import type { ShownThread, ThreadEntry } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { dateText, plural } from './numbers.ts';
import type { Paint } from './paint.ts';
import { senderText } from './sender.ts';

/** Levels beyond which lines are indented no further. */
const MOST_INDENTED = 24;
const DATE_WIDTH = 'YYYY-MM-DD hh:mm'.length;
/** Lines that are written together. */
const LINES_AT_ONCE = 1000;

/** A thread for people: a line for each message, indented below what it replies to, and a count. */
export async function printThread(context: Context, thread: ShownThread, timeZone: string): Promise<void> {
  const { paint } = context;
  let lines = '';
  for (const [i, entry] of thread.messages.entries()) {
    lines += `${entryText(entry, paint, timeZone)}\n`;
    if (i % LINES_AT_ONCE < LINES_AT_ONCE - 1) continue;
    await context.print(lines);
    lines = '';
  }
  const missing = thread.messages.length - thread.size;
  const count = `${plural(thread.size, 'message')}${missing === 0 ? '' : `, ${missing} missing`}`;
  await context.print(`${lines}${paint.faint(count)}\n`);
}

/** The one that was asked for is marked; date, sender, subject, Message-ID. */
function entryText(entry: ThreadEntry, paint: Paint, timeZone: string): string {
  const mark = entry.asked ? paint.strong('>') : ' ';
  const indent = '  '.repeat(Math.min(entry.depth, MOST_INDENTED));
  const id = paint.faint(`<${cleanLine(entry.messageId)}>`);
  if (entry.missing) return `${mark} ${' '.repeat(DATE_WIDTH)}  ${indent}${paint.faint('missing')}  ${id}`;
  const subject = cleanLine(entry.subject).trim();
  const parts = [
    cleanLine(senderText(entry.from)),
    paint.strong(subject === '' ? '(no subject)' : subject),
    id,
  ];
  return `${mark} ${paint.accent(dateText(entry.date, timeZone))}  ${indent}${parts.join('  ')}`;
}
