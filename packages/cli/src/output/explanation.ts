import type { ExplainAnswer } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine, cleanText } from './clean.ts';
import { countText } from './numbers.ts';

/** How a query was read, and what came of it. */
export async function printExplanation(context: Context, answer: ExplainAnswer): Promise<void> {
  const { paint } = context;
  await context.print(`${paint.strong('Query')}        ${cleanLine(answer.query)}\n`);
  await context.print(`${paint.strong('Read as')}      ${cleanLine(answer.read)}\n`);
  await context.print(`${paint.strong('Normal form')}  ${cleanLine(answer.normalForm)}\n`);
  if (answer.engine !== null) {
    await context.print(
      `${paint.strong('Given to the engine')} of "${cleanLine(answer.connection)}"\n${indent(cleanText(answer.engine))}\n`,
    );
  }
  if (answer.examined !== null)
    await context.print(`${paint.strong('Examined')}     ${countText(answer.examined)} candidates\n`);
  if (answer.parts.length > 0) {
    await context.print(`${paint.strong('Parts')}\n`);
    for (const { part, matches } of answer.parts) {
      const count = matches === null ? '' : `${countText(matches).padStart(10)}  `;
      await context.print(`  ${count}${cleanLine(part)}\n`);
    }
  }
  if (answer.message === null) return;
  const { id, matches, parts } = answer.message;
  await context.print(
    `${paint.strong('Message')}      ${id} ${matches ? paint.good('matches') : paint.bad('does not match')}\n`,
  );
  for (const part of parts) {
    await context.print(
      `  ${part.matches ? paint.good('yes') : paint.bad('no ')}  ${cleanLine(part.part)}\n`,
    );
  }
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
