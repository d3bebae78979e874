import type { Hit, SearchAnswer } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { facetsText } from './facets.ts';
import { countText, dateText, millisecondsText, plural } from './numbers.ts';
import type { Paint } from './paint.ts';
import { senderText } from './sender.ts';

/** A search's answer for people: each hit on a few lines, the total and time at the end. */
export async function printAnswer(
  context: Context,
  answer: SearchAnswer,
  options: { readonly offset: number; readonly timeZone: string },
): Promise<void> {
  for (const hit of answer.hits) await context.print(`${hitText(hit, context.paint, options.timeZone)}\n`);
  await context.print(facetsText(answer.facets, context.paint));
  await context.print(`${context.paint.faint(summary(answer, options.offset))}\n`);
}

/** Date, sender, archive and place in the thread; subject; attachments; snippet; Message-ID. */
export function hitText(hit: Hit, paint: Paint, timeZone: string): string {
  const head = [
    paint.accent(dateText(hit.date, timeZone)),
    cleanLine(senderText(hit.from)),
    paint.faint(cleanLine(hit.archives.join(', '))),
    hit.thread.size > 1 ? paint.faint(threadText(hit.thread)) : '',
  ];
  const subject = cleanLine(hit.subject).trim();
  const lines = [
    head.filter((part) => part !== '').join('  '),
    `  ${paint.strong(subject === '' ? '(no subject)' : subject)}`,
  ];
  if (hit.snippet !== null && hit.snippet.length > 0) {
    lines.push(
      `  ${hit.snippet
        .map(({ text, match }) => (match ? paint.match(cleanLine(text)) : cleanLine(text)))
        .join('')
        .trim()}`,
    );
  }
  if (hit.attachments.length > 0)
    lines.push(`  ${paint.faint(`+ ${hit.attachments.map(cleanLine).join(', ')}`)}`);
  lines.push(`  ${paint.faint(`<${cleanLine(hit.messageId)}>`)}`);
  return `${lines.join('\n')}\n`;
}

function threadText({ position, size, matched }: Hit['thread']): string {
  const more = matched !== undefined && matched > 1 ? `, ${countText(matched)} match` : '';
  return `${countText(position)} of ${countText(size)}${more}`;
}

function summary(answer: SearchAnswer, offset: number): string {
  const { total: messages, totalThreads } = answer;
  const matches = `${answer.totalRelation === 'gte' ? 'at least ' : ''}${plural(messages, 'match', 'matches')}`;
  const total =
    totalThreads === undefined ? matches : `${matches} in ${plural(totalThreads, 'thread', 'threads')}`;
  const time = millisecondsText(answer.tookMs);
  if (answer.total === 0) return `No matches (${time})`;
  const shown = answer.hits.length;
  if (shown === (totalThreads ?? messages) && answer.totalRelation === 'eq') return `${total} (${time})`;
  if (shown === 0) return `${total}, none behind the first ${countText(offset)} (${time})`;
  const range =
    answer.next === null || offset > 0 || shown > 0
      ? `${countText(offset + 1)} to ${countText(offset + shown)}`
      : '';
  const more = totalThreads === undefined ? answer.next !== null : offset + shown < totalThreads;
  const next = more ? `. More: --offset ${offset + shown}` : '';
  return `${total}, ${range} shown, ${answer.sort} first (${time})${next}`.replace(
    'relevance first',
    'best first',
  );
}
