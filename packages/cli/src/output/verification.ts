import type { Difference, RepairReport, Verification } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { countText, plural } from './numbers.ts';

/** A line a difference, and what was compared. */
export async function printVerification(context: Context, answer: Verification): Promise<void> {
  for (const difference of answer.differences) await context.print(differenceLine(context, difference));
  const more = answer.total - answer.differences.length;
  if (more > 0) await context.print(`and ${plural(more, 'more difference')}\n`);
  await context.print(summaryOf(context, answer));
}

/** What was found, what was done, and what is left. */
export async function printRepair(context: Context, report: RepairReport): Promise<void> {
  const { found, steps, left, dryRun } = report;
  await printVerification(context, found);
  for (const step of steps) await context.print(`${dryRun ? 'would do' : 'done'}: ${cleanLine(step)}\n`);
  if (left === null) return;
  await context.print(left.total === 0 ? 'All of it is mended.\n' : 'What is left:\n');
  if (left.total > 0) await printVerification(context, left);
}

function differenceLine({ paint }: Context, difference: Difference): string {
  const { what, connection, id, messageId, place, detail } = difference;
  const where =
    place === null ? '' : `  ${place.archive}: ${place.path}${id === null ? '' : `:${place.offset}`}`;
  const message = id === null ? '' : `  ${id}${messageId === null ? '' : ` <${messageId}>`}`;
  const line = cleanLine(`${message}${where}  ${detail}`);
  return `${paint.bad(what.padEnd(8))} ${cleanLine(connection ?? 'catalog')}${line}\n`;
}

function summaryOf({ paint }: Context, answer: Verification): string {
  const { documents, read, total, behind, notes, seconds } = answer;
  const indexes = Object.entries(documents).map(([name, n]) => `${cleanLine(name)} ${countText(n)}`);
  const waiting = Object.entries(behind.changes).filter(([, n]) => n > 0);
  const later = [
    ...(behind.files > 0 ? [`${plural(behind.files, 'file')} new or grown`] : []),
    ...waiting.map(([name, n]) => `${cleanLine(name)} ${plural(n, 'change')} behind`),
  ];
  return [
    total === 0 ? 'no differences' : paint.bad(plural(total, 'difference')),
    `; documents: ${indexes.length === 0 ? 'none' : indexes.join(', ')}`,
    read > 0 ? `; ${plural(read, 'message')} read again` : '',
    `; ${seconds.toFixed(1)} s\n`,
    later.length === 0 ? '' : `update_index will bring: ${later.join(', ')}\n`,
    ...notes.map((note) => `${cleanLine(note)}\n`),
  ].join('');
}
