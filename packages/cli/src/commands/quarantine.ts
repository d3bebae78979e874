import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanText } from '../output/clean.ts';
import { printQuarantine, quarantineText } from '../output/quarantine.ts';

/** `quarantine list`. */
export async function quarantineList(
  context: Context,
  flags: { readonly format: 'text' | 'json' },
): Promise<number> {
  const entries = await (await context.site()).quarantine();
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
