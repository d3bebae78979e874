import type { Counts, Report } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { bytesText, countText, plural, secondsText } from './numbers.ts';

/** How an update or rebuild ended. */
export async function printReport(context: Context, report: Report): Promise<void> {
  const { paint } = context;
  const { totals } = report;
  const nothing =
    totals.indexed === 0 && totals.quarantined === 0 && totals.removed === 0 ? ' Nothing new.' : '';
  await context.print(`${paint.strong(countsText(totals))}${nothing}\n`);
  const archives = Object.entries(report.archives);
  if (archives.length > 1) {
    for (const [name, counts] of archives)
      await context.print(`  ${cleanLine(name)}: ${countsText(counts)}\n`);
  }
  for (const [name, counts] of Object.entries(report.connections)) {
    const { added, updated, removed, documents, generation, quarantined } = counts;
    const changes = [
      `${countText(added)} added`,
      `${countText(updated)} updated`,
      `${countText(removed)} removed`,
      ...(quarantined === 0 ? [] : [`${countText(quarantined)} refused`]),
    ].join(', ');
    await context.print(
      `  -> ${cleanLine(name)}: ${plural(documents, 'document')} (${changes})${paint.faint(`  generation ${generation}`)}\n`,
    );
  }
  if (totals.sameMessageId > 0) {
    await context.print(
      `  ${plural(totals.sameMessageId, 'message')} with a Message-ID that a different one bears too\n`,
    );
  }
  if (totals.cutTokens > 0) {
    await context.print(
      `  cut: ${plural(totals.cutTokens, 'word')} of ${plural(totals.cutMessages, 'very long message')} not indexed\n`,
    );
  }
  const speed =
    totals.messagesPerSecond > 0 ? `, ${countText(Math.round(totals.messagesPerSecond))} messages/s` : '';
  const memory = `, at most ${bytesText(totals.peakMemoryBytes)} of memory`;
  await context.print(
    paint.faint(`  ${bytesText(totals.bytes)} in ${secondsText(totals.seconds)}${speed}${memory}\n`),
  );
  if (isQuarantined(report))
    await context.say('Some messages could not be indexed; see them with "quarantine list".');
}

/** Whether mail is in quarantine, be it that one connection alone refused it. */
export function isQuarantined({ totals, connections }: Report): boolean {
  return totals.quarantined > 0 || Object.values(connections).some(({ quarantined }) => quarantined > 0);
}

/** `12 messages read: 10 indexed, 2 duplicates`; what is zero is left out. */
function countsText(counts: Counts): string {
  const parts = [
    [counts.indexed, 'indexed'],
    [counts.unchanged, 'unchanged'],
    [counts.duplicates, duplicatesWord(counts)],
    [counts.skipped, 'skipped'],
    [counts.quarantined, 'quarantined'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`);
  return `${plural(counts.read, 'message')} read${told.length === 0 ? '' : `: ${told.join(', ')}`}.`;
}

/** Says how many of the duplicates lie in several archives. */
function duplicatesWord({ duplicates, crossposts }: Counts): string {
  const word = duplicates === 1 ? 'duplicate' : 'duplicates';
  return crossposts === 0 ? word : `${word} (${plural(crossposts, 'cross-post')})`;
}
