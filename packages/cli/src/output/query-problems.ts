import type { QueryProblem } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';

/** Tells what of a query could not be understood as written, with its place. */
export async function sayProblems(
  context: Context,
  query: string,
  problems: readonly QueryProblem[],
): Promise<void> {
  for (const { at, length, message } of problems) {
    const where = cleanLine(query.slice(at, at + length));
    await context.say(`note: ${where === '' ? '' : `at ${at + 1}, "${where}": `}${cleanLine(message)}`);
  }
}
