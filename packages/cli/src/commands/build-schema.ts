import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HayrickError } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';

/** `build_schema`. */
export async function buildSchema(
  context: Context,
  flags: { readonly using?: string | undefined; readonly filename?: string | undefined },
): Promise<number> {
  const schema = `${(await (await context.site()).schema({ using: flags.using })).trimEnd()}\n`;
  if (flags.filename === undefined) {
    await context.print(schema);
    return STATUS.done;
  }
  const file = resolve(context.io.cwd, flags.filename);
  try {
    writeFileSync(file, schema);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `${file} cannot be written: ${why}. Name another file by -f.`,
      { cause },
    );
  }
  await context.say(`Written to ${file}.`);
  return STATUS.done;
}
