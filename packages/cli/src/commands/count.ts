import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { sayProblems } from '../output/query-problems.ts';
import { queryOf } from '../query-words.ts';

interface CountFlags {
  readonly using?: string | undefined;
  readonly archive?: readonly string[] | undefined;
  readonly as?: string | undefined;
  readonly strict?: true | undefined;
  readonly format: 'text' | 'json';
}

/** `count`. */
export async function count(context: Context, words: readonly string[], flags: CountFlags): Promise<number> {
  const typed = queryOf(words, context.io);
  const site = await context.site();
  const answer = await site.count(typed === '' ? '*' : typed, {
    using: flags.using,
    archives: flags.archive,
    as: flags.as,
    strict: flags.strict === true,
    signal: context.io.signal,
  });
  if (flags.format === 'json') await context.printJson({ ...answer });
  else {
    await sayProblems(context, answer.query, answer.problems);
    await context.print(`${answer.count}\n`);
  }
  return answer.count > 0 ? STATUS.done : STATUS.negative;
}
