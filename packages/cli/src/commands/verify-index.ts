import type { VerifyOptions } from '@hayrick/core';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { type ProgressDisplay, showProgress } from '../output/progress.ts';
import { printVerification } from '../output/verification.ts';
import { written } from './run-flags.ts';

export interface VerifyFlags {
  readonly using?: readonly string[] | undefined;
  readonly full?: true | undefined;
  readonly deep?: true | undefined;
  readonly workers?: number | undefined;
  readonly format: 'text' | 'json';
}

/** `verify_index`. */
export async function verifyIndex(context: Context, flags: VerifyFlags): Promise<number> {
  const site = await context.site();
  const progress = showProgress(context);
  const options = await verifyOptions(context, flags, progress);
  const answer = await site.verify(options).finally(async () => progress.end());
  if (flags.format === 'json') await context.printJson({ ...answer });
  else await printVerification(context, answer);
  if (await tellTrouble(context, answer)) return STATUS.failed;
  return answer.total > 0 ? STATUS.negative : STATUS.done;
}

export async function verifyOptions(
  context: Context,
  { using, full, deep, workers }: VerifyFlags,
  progress: ProgressDisplay,
): Promise<VerifyOptions> {
  return {
    using: await written(context, using),
    level: deep === true ? 'deep' : full === true ? 'full' : 'quick',
    workers,
    signal: context.io.signal,
    onProgress: (at) => progress.show(at),
  };
}

/** Says what could not be looked at; answers whether there is such. */
export async function tellTrouble(
  context: Context,
  {
    problems,
    failures,
  }: {
    readonly problems: readonly string[];
    readonly failures: readonly { readonly connection: string; readonly message: string }[];
  },
): Promise<boolean> {
  for (const problem of problems) await context.say(`warning: ${problem}`, 0);
  for (const { connection, message } of failures) await context.say(`error: ${connection}: ${message}`, 0);
  return problems.length + failures.length > 0;
}
