import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printExplanation } from '../output/explanation.ts';
import { sayProblems } from '../output/query-problems.ts';
import { queryOf } from '../query-words.ts';

interface ExplainFlags {
  readonly using?: string | undefined;
  readonly archive?: readonly string[] | undefined;
  readonly as?: string | undefined;
  readonly for?: string | undefined;
  readonly format: 'text' | 'json';
}

/** `explain`. */
export async function explain(
  context: Context,
  words: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const query = queryOf(words, context.io);
  const answer = await (await context.site()).explain(query, {
    using: flags.using,
    archives: flags.archive,
    as: flags.as,
    for: flags.for,
    signal: context.io.signal,
  });
  if (flags.format === 'json') await context.printJson({ ...answer });
  else {
    await sayProblems(context, answer.query, answer.problems);
    await printExplanation(context, answer);
  }
  return answer.message?.matches === false ? STATUS.negative : STATUS.done;
}
