import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { plural } from '../output/numbers.ts';
import { type RunFlags, runOptions, written } from './run-flags.ts';
import { reportRun } from './run-report.ts';

interface RebuildFlags extends RunFlags {
  readonly noinput?: true | undefined;
  readonly keep?: number | undefined;
}

/** `rebuild_index`. */
export async function rebuildIndex(context: Context, flags: RebuildFlags): Promise<number> {
  const site = await context.site();
  if (flags.noinput !== true && flags.nocommit !== true) {
    const infos = await site.info({ using: await written(context, flags.using) });
    const replaced = infos.filter(({ live, documents }) => live !== null && documents > 0);
    if (replaced.length > 0) {
      const what = replaced
        .map(({ connection, documents }) => `"${connection}" (${plural(documents, 'message')})`)
        .join(', ');
      const answer = await confirm(context, `Replace the index of ${what}?`);
      if (answer !== 'yes') {
        await context.say('Nothing was done.', 0);
        return answer === 'no' ? STATUS.negative : STATUS.interrupted;
      }
    }
  }
  return reportRun(context, flags, async (progress) =>
    site.rebuild({ ...(await runOptions(context, flags, progress)), keep: flags.keep }),
  );
}
