import type { ExplainAnswer, ExplainClause } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine, cleanText } from './clean.ts';
import { countText } from './numbers.ts';

/** How a query was read, and what came of it. */
export async function printExplanation(context: Context, answer: ExplainAnswer): Promise<void> {
  const { paint } = context;
  await context.print(`${paint.strong('Query')}        ${cleanLine(answer.query)}\n`);
  await context.print(`${paint.strong('Read as')}      ${cleanLine(answer.read)}\n`);
  if (answer.tree !== null) {
    await context.print(`${paint.strong('Clauses')}\n`);
    for (const line of clauseLines(context, answer.tree, 0)) await context.print(`${line}\n`);
  }
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
  const { id, matches } = answer.message;
  await context.print(
    `${paint.strong('Message')}      ${id} ${matches ? paint.good('matches') : paint.bad('does not match')}\n`,
  );
}

/** A line for each clause, those that it joins below it. The depth is that of a typed query. */
function clauseLines(context: Context, clause: ExplainClause, depth: number): readonly string[] {
  const { kind, at, typed, meaning, matches, message, of } = clause;
  const { paint } = context;
  const count = matches === null ? '' : `${countText(matches).padStart(10)}  `;
  const verdict =
    message === null ? '' : message.matches ? `${paint.good('yes')}  ` : `${paint.bad('no ')}  `;
  const head = kind === 'term' ? `at ${at + 1}: ${cleanLine(typed)}` : kind;
  const isLeft = kind === 'term' && meaning === null;
  const told = message?.why ?? (isLeft ? 'left out' : (meaning ?? ''));
  const tail = told === '' ? '' : `  ${paint.faint(cleanLine(told))}`;
  return [
    `  ${count}${verdict}${'  '.repeat(depth)}${head}${tail}`,
    ...of.flatMap((part) => clauseLines(context, part, depth + 1)),
  ];
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
