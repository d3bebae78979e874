import type { Address, ShownMessage } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine, cleanText } from './clean.ts';
import { bytesText, dateText } from './numbers.ts';

/** One message as people read it. */
export async function printMessage(
  context: Context,
  message: ShownMessage,
  options: { readonly first: boolean; readonly timeZone: string },
): Promise<void> {
  const { paint } = context;
  const head = (name: string, value: string): string =>
    value === '' ? '' : `${paint.faint(name.padEnd(12))}${value}\n`;
  const attachments = message.attachments.map(({ filename, type, bytes }) => {
    return `${cleanLine(filename === '' ? '(no name)' : filename)} (${cleanLine(type)}, ${bytesText(bytes)})`;
  });
  const lines = [
    options.first ? '' : `${paint.faint('─'.repeat(Math.min(72, context.io.stdout.columns)))}\n`,
    head('From', people(message.from)),
    head('To', people(message.to)),
    head('Cc', people(message.cc)),
    head('Date', dateText(message.date, options.timeZone)),
    head('Subject', paint.strong(cleanLine(message.subject))),
    head('Message-ID', `<${cleanLine(message.messageId)}>`),
    head('Archives', cleanLine(message.archives.join(', '))),
    head('Attachments', attachments.join(', ')),
    ...message.problems.map(({ code, detail }) =>
      head('Problem', `${cleanLine(detail)} (${cleanLine(code)})`),
    ),
    `\n${cleanText(message.text).trimEnd()}\n`,
  ];
  await context.print(lines.join(''));
}

function people(addresses: readonly Address[]): string {
  return addresses
    .map(({ name, address }) => cleanLine(name.trim() === '' ? address : `${name} <${address}>`))
    .join(', ');
}
