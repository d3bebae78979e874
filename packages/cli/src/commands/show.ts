import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printMessage } from '../output/message.ts';

/** `show`. */
export async function show(
  context: Context,
  message: string,
  flags: { readonly as?: string | undefined; readonly format: 'text' | 'json' | 'raw' },
): Promise<number> {
  const { settings } = await context.settings();
  const messages = await (await context.site()).show(message, { as: flags.as, raw: flags.format === 'raw' });
  if (flags.format === 'json') {
    await context.printJson({
      messages: messages.map(({ raw: _, ...rest }) => rest),
    });
    return STATUS.done;
  }
  for (const [index, shown] of messages.entries()) {
    if (flags.format === 'raw') await context.io.stdout.write(shown.raw ?? new Uint8Array());
    else await printMessage(context, shown, { first: index === 0, timeZone: settings.search.timeZone });
  }
  if (messages.length > 1)
    await context.say(`${messages.length} different messages bear this Message-ID; all are shown.`);
  return STATUS.done;
}
