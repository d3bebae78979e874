import { HayrickError } from '@hayrick/core/settings';
import type { Context } from './context.ts';

/** How long something that is piped in may take to answer. */
const PATIENCE = 3_000;

export type Answer = 'yes' | 'no' | 'interrupted';

/**
 * Asks on stderr: at the terminal, or of what is piped into stdin (`y |`). Only y and yes are a yes.
 * @throws CONFIRMATION_NEEDED where nobody is there to answer
 */
export async function confirm(context: Context, question: string): Promise<Answer> {
  const { stdin, stderr, ask } = context.io;
  if (stdin.isTerminal && stderr.isTerminal) {
    const answer = await ask(question);
    return answer === null ? 'interrupted' : answer ? 'yes' : 'no';
  }
  const line = stdin.isTerminal ? null : await stdin.firstLine(PATIENCE);
  if (line === null) {
    throw new HayrickError(
      'CONFIRMATION_NEEDED',
      `${question} There is no terminal to ask at: give --noinput to go ahead. Nothing was done.`,
    );
  }
  await context.say(`${question} [y/N] ${line.slice(0, 20)}`, 0);
  return /^\s*y(?:es)?\s*$/iu.test(line) ? 'yes' : 'no';
}
