import { didYouMean, HayrickError } from '@hayrick/core/settings';
import { completionScript, SHELLS, type Shell } from '../completion.ts';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import type { Root } from '../program.ts';

/** `completion SHELL`. */
export async function completion(context: Context, shell: string, program: Root): Promise<number> {
  if (!isShell(shell)) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `No completion for the shell "${shell}".${didYouMean(shell, SHELLS)} Known: ${SHELLS.join(', ')}.`,
    );
  }
  await context.print(completionScript(shell, program));
  return STATUS.done;
}

function isShell(name: string): name is Shell {
  return (SHELLS as readonly string[]).includes(name);
}
