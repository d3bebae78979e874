import type { UpdateOptions } from '@hayrick/core';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printPlan } from '../output/update-plan.ts';
import { type RunFlags, runOptions, written } from './run-flags.ts';
import { reportRun, tellProblems } from './run-report.ts';

interface UpdateFlags extends RunFlags {
  readonly remove?: true | undefined;
  readonly full?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly age?: number | undefined;
  readonly minutes?: number | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** `update_index`. */
export async function updateIndex(
  context: Context,
  archives: readonly string[],
  flags: UpdateFlags,
): Promise<number> {
  const site = await context.site();
  const { age, minutes, start, end } = flags;
  const what: UpdateOptions = {
    archives: archives.length === 0 ? undefined : archives,
    remove: flags.remove === true,
    full: flags.full === true,
    age,
    minutes,
    start,
    end,
  };
  if (flags.dryRun === true) return planUpdate(context, flags, what);
  return reportRun(context, flags, async (progress) =>
    site.update({ ...(await runOptions(context, flags, progress)), ...what }),
  );
}

async function planUpdate(context: Context, flags: UpdateFlags, what: UpdateOptions): Promise<number> {
  const site = await context.site();
  const using = await written(context, flags.using);
  const plan = await site.plan({ ...what, using, signal: context.io.signal });
  if (flags.format === 'json') await context.printJson({ ...plan });
  else await printPlan(context, plan);
  return (await tellProblems(context, plan)) ? STATUS.failed : STATUS.done;
}
