import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanLine } from '../output/clean.ts';
import { plural } from '../output/numbers.ts';
import { written } from './run-flags.ts';

interface ClearFlags {
  readonly noinput?: true | undefined;
  readonly using?: readonly string[] | undefined;
  readonly wait?: number | undefined;
  readonly format: 'text' | 'json';
}

/** `clear_index`. */
export async function clearIndex(context: Context, flags: ClearFlags): Promise<number> {
  const using = await written(context, flags.using);
  const site = await context.site();
  if (flags.noinput !== true) {
    const infos = await site.info({ using });
    const what = infos
      .map(({ connection, documents }) => `"${connection}" (${plural(documents, 'message')})`)
      .join(', ');
    const answer = await confirm(context, `Empty the index of ${what}? The mail itself stays.`);
    if (answer !== 'yes') {
      await context.say('Nothing was done.', 0);
      return answer === 'no' ? STATUS.negative : STATUS.interrupted;
    }
  }
  const removed = await site.clear({ using, wait: flags.wait });
  if (flags.format === 'json') {
    const connections = Object.entries(removed).map(([name, count]) => [name, { removed: count }] as const);
    await context.printJson({ connections: Object.fromEntries(connections) });
  } else {
    for (const [name, count] of Object.entries(removed)) {
      await context.print(`${cleanLine(name)}: ${plural(count, 'message')} taken out of the index\n`);
    }
  }
  return STATUS.done;
}
