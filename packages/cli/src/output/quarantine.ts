import type { QuarantineEntry } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { bytesText, plural } from './numbers.ts';

/** The messages that could not be indexed, each with its number, place and reason. */
export async function printQuarantine(context: Context, entries: readonly QuarantineEntry[]): Promise<void> {
  for (const entry of entries) await context.print(quarantineText(context, entry));
  await context.print(
    entries.length === 0
      ? 'No message is in quarantine.\n'
      : `${plural(entries.length, 'message')} in quarantine\n`,
  );
}

/** One of them on a few lines. */
export function quarantineText({ paint }: Context, entry: QuarantineEntry): string {
  const where = `${cleanLine(entry.path)} at ${entry.offset}, ${bytesText(entry.length)}`;
  const by = entry.connection === null ? '' : `, refused by "${cleanLine(entry.connection)}"`;
  return `${paint.strong(String(entry.key))}  ${cleanLine(entry.archive)}  ${entry.at}${by}\n   ${where}\n   ${cleanLine(entry.reason)}\n`;
}
