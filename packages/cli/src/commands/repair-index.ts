import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { showProgress } from '../output/progress.ts';
import { printRepair } from '../output/verification.ts';
import { tellTrouble, type VerifyFlags, verifyOptions } from './verify-index.ts';

interface RepairFlags extends VerifyFlags {
  readonly dryRun?: true | undefined;
  readonly wait?: number | undefined;
}

/** `repair_index`. Told what would be done, there are differences: the status is that of verify_index. */
export async function repairIndex(context: Context, flags: RepairFlags): Promise<number> {
  const site = await context.site();
  const progress = showProgress(context);
  const { dryRun, wait } = flags;
  const options = { ...(await verifyOptions(context, flags, progress)), dryRun: dryRun === true, wait };
  const report = await site.repair(options).finally(async () => progress.end());
  if (flags.format === 'json') await context.printJson({ ...report });
  else await printRepair(context, report);
  const last = report.left ?? report.found;
  const { problems } = last;
  if (await tellTrouble(context, { problems, failures: [...report.failures, ...last.failures] }))
    return STATUS.failed;
  return last.total > 0 ? STATUS.negative : STATUS.done;
}
