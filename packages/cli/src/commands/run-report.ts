import type { Report } from '@hayrick/core';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { type ProgressDisplay, showProgress } from '../output/progress.ts';
import { isQuarantined, printReport } from '../output/report.ts';
import type { RunFlags } from './run-flags.ts';

/** Does a run with progress, prints its report and answers the exit status. */
export async function reportRun(
  context: Context,
  flags: Pick<RunFlags, 'format' | 'strict'>,
  work: (progress: ProgressDisplay) => Promise<Report>,
): Promise<number> {
  const progress = showProgress(context);
  const report = await work(progress).finally(async () => progress.end());
  if (flags.format === 'json') await context.printJson({ ...report });
  else await printReport(context, report);
  const failed = await tellProblems(context, report);
  if (context.io.signal.aborted) {
    await context.say('Interrupted. What was committed stays valid; the next run goes on from there.', 0);
    return STATUS.interrupted;
  }
  if (failed) return STATUS.failed;
  return flags.strict === true && isQuarantined(report) ? STATUS.negative : STATUS.done;
}

/** Says what was found in the settings, and what went wrong; answers whether something failed. */
export async function tellProblems(
  context: Context,
  { settings, problems, failures }: Pick<Report, 'settings' | 'problems' | 'failures'>,
): Promise<boolean> {
  for (const line of settings) await context.say(`settings: ${line}`);
  for (const { archive, path, message, passedOver } of problems) {
    // A README beside the mail is worth a word, but not to those who asked for silence.
    await context.say(`warning: ${archive}: ${path}: ${message}`, passedOver === true ? 1 : 0);
  }
  for (const { connection, message } of failures) await context.say(`error: ${connection}: ${message}`, 0);
  return failures.length > 0 || problems.some(({ passedOver }) => passedOver !== true);
}
