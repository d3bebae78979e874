import type { QuarantineSelection, RetryReport } from '@hayrick/core';
import { HayrickError } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanText } from '../output/clean.ts';
import { plural } from '../output/numbers.ts';
import { printQuarantine, quarantineText } from '../output/quarantine.ts';
import { reportRun } from './run-report.ts';

/** Which entries a command is about. */
interface SelectionFlags {
  readonly archive?: readonly string[] | undefined;
  readonly using?: readonly string[] | undefined;
}

interface ChangeFlags extends SelectionFlags {
  readonly all?: true | undefined;
  readonly format: 'text' | 'json';
}

/** `quarantine list`. */
export async function quarantineList(
  context: Context,
  flags: SelectionFlags & { readonly format: 'text' | 'json' },
): Promise<number> {
  const { archive: archives, using } = flags;
  const entries = await (await context.site()).quarantine({ archives, using });
  if (flags.format === 'json') await context.printJson({ entries });
  else await printQuarantine(context, entries);
  return STATUS.done;
}

/** `quarantine show`. */
export async function quarantineShow(
  context: Context,
  key: number,
  flags: { readonly format: 'text' | 'json' | 'raw' },
): Promise<number> {
  const { entry, raw } = await (await context.site()).quarantined(key);
  if (flags.format === 'raw') await context.io.stdout.write(raw);
  else if (flags.format === 'json')
    await context.printJson({ entry, rawBase64: Buffer.from(raw).toString('base64') });
  else
    await context.print(
      `${quarantineText(context, entry)}\n${cleanText(new TextDecoder().decode(raw)).trimEnd()}\n`,
    );
  return STATUS.done;
}

/** `quarantine retry`. */
export async function quarantineRetry(
  context: Context,
  keys: readonly number[],
  flags: ChangeFlags & { readonly wait?: number | undefined; readonly strict?: true | undefined },
): Promise<number> {
  const selection = selectionOf('retry', keys, flags);
  const site = await context.site();
  const { signal } = context.io;
  const ended: RetryReport[] = [];
  const status = await reportRun(context, flags, async (progress) => {
    const onProgress: typeof progress.show = (at) => progress.show(at);
    const report = await site.retryQuarantine(selection, { wait: flags.wait, signal, onProgress });
    ended.push(report);
    return report;
  });
  for (const { retried, failedAgain } of flags.format === 'text' ? ended : []) {
    for (const entry of failedAgain) await context.print(quarantineText(context, entry));
    const again = failedAgain.length === 0 ? 'none failed' : `${failedAgain.length} failed`;
    await context.print(`${plural(retried, 'message')} tried again, ${again}\n`);
  }
  return status;
}

/** `quarantine drop`. */
export async function quarantineDrop(
  context: Context,
  keys: readonly number[],
  flags: ChangeFlags,
): Promise<number> {
  const dropped = await (await context.site()).dropQuarantine(selectionOf('drop', keys, flags));
  if (flags.format === 'json') await context.printJson({ dropped });
  else await context.print(`${plural(dropped.length, 'message')} dropped from quarantine\n`);
  return STATUS.done;
}

/** Everything is meant only where that is said. */
function selectionOf(
  command: string,
  keys: readonly number[],
  { archive: archives, using, all }: ChangeFlags,
): QuarantineSelection {
  const some = keys.length > 0 || archives !== undefined || using !== undefined;
  if (some === (all === true)) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      some
        ? `quarantine ${command}: --all and a choice exclude one another.`
        : `quarantine ${command}: say which. Give numbers of quarantine list, --archive, --using or --all.`,
    );
  }
  return { keys: keys.length === 0 ? undefined : keys, archives, using };
}
