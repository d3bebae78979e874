import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printThread } from '../output/thread.ts';

/** `thread`. */
export async function thread(
  context: Context,
  message: string,
  flags: { readonly as?: string | undefined; readonly format: 'text' | 'json' | 'mbox' },
): Promise<number> {
  const site = await context.site();
  if (flags.format === 'mbox') {
    const options = { as: flags.as, signal: context.io.signal };
    for await (const piece of site.threadMbox(message, options)) await context.io.stdout.write(piece);
    return STATUS.done;
  }
  const shown = await site.thread(message, { as: flags.as });
  const { settings } = await context.settings();
  if (flags.format === 'json') await context.printJson({ ...shown });
  else await printThread(context, shown, settings.search.timeZone);
  return STATUS.done;
}
