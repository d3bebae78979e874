import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printInfo } from '../output/info.ts';

/** `index_info`. One connection that cannot be asked hides no other. */
export async function indexInfo(
  context: Context,
  flags: { readonly using?: readonly string[] | undefined; readonly format: 'text' | 'json' },
): Promise<number> {
  const infos = await (await context.site()).info({ using: flags.using });
  if (flags.format === 'json') {
    const connections = infos.map(({ connection, ...info }) => [connection, info] as const);
    await context.printJson({ connections: Object.fromEntries(connections) });
  } else {
    await printInfo(context, infos);
  }
  return infos.some(({ failure }) => failure !== null) ? STATUS.failed : STATUS.done;
}
