import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanLine } from '../output/clean.ts';
import { plural } from '../output/numbers.ts';
import { written } from './run-flags.ts';

interface RollbackFlags {
  readonly noinput?: true | undefined;
  readonly using?: readonly string[] | undefined;
  readonly to?: string | undefined;
  readonly format: 'text' | 'json';
}

/** `rollback_index`. */
export async function rollbackIndex(context: Context, flags: RollbackFlags): Promise<number> {
  const choice = { using: await written(context, flags.using), to: flags.to };
  const site = await context.site();
  if (flags.noinput !== true) {
    const plans = await site.rollback({ ...choice, dryRun: true });
    const what = plans
      .map(
        ({ connection, from, to, documents, createdAt }) =>
          `"${connection}" from ${from ?? 'none'} to ${to} (${plural(documents, 'message')}, built ${createdAt})`,
      )
      .join(', ');
    const answer = await confirm(context, `Take the index of ${what}?`);
    if (answer !== 'yes') {
      await context.say('Nothing was done.', 0);
      return answer === 'no' ? STATUS.negative : STATUS.interrupted;
    }
  }
  const done = await site.rollback(choice);
  if (flags.format === 'json') {
    const connections = done.map(({ connection, ...rest }) => [connection, rest] as const);
    await context.printJson({ connections: Object.fromEntries(connections) });
    return STATUS.done;
  }
  for (const { connection, to, documents, lag } of done) {
    const behind = lag === 0 ? '' : `; ${plural(lag, 'change')} to apply: run update_index`;
    await context.print(
      `${cleanLine(connection)}: generation ${cleanLine(to)} is live, with ${plural(documents, 'message')}${behind}\n`,
    );
  }
  return STATUS.done;
}
