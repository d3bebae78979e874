import type { Context } from '../context.ts';
import { type RunFlags, runOptions } from './run-flags.ts';
import { reportRun } from './run-report.ts';

interface UpdateFlags extends RunFlags {
  readonly remove?: true | undefined;
  readonly full?: true | undefined;
}

/** `update_index`. */
export async function updateIndex(
  context: Context,
  archives: readonly string[],
  flags: UpdateFlags,
): Promise<number> {
  const site = await context.site();
  return reportRun(context, flags, async (progress) =>
    site.update({
      ...(await runOptions(context, flags, progress)),
      archives: archives.length === 0 ? undefined : archives,
      remove: flags.remove === true,
      full: flags.full === true,
    }),
  );
}
