import { diffSettings } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';

/** `diffsettings`. */
export async function diffsettings(
  context: Context,
  flags: { readonly format: 'text' | 'json' },
): Promise<number> {
  const rows = diffSettings(await context.settings());
  if (flags.format === 'json') {
    await context.printJson({ settings: rows });
    return STATUS.done;
  }
  for (const row of rows) {
    const was = 'default' in row ? context.paint.faint(`  (default: ${JSON.stringify(row.default)})`) : '';
    await context.print(`${row.path} = ${JSON.stringify(row.value)}${was}\n`);
  }
  return STATUS.done;
}
