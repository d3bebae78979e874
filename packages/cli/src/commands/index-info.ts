import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { printInfo } from '../output/info.ts';

/** `index_info`. */
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
  return STATUS.done;
}
