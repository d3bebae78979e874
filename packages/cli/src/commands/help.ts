import { didYouMean, HayrickError, settingsReference } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { referenceText } from '../output/reference.ts';
import type { Root } from '../program.ts';

/** `help [COMMAND]`, `help settings`. */
export async function help(context: Context, topic: readonly string[], program: Root): Promise<number> {
  const [first, second] = topic;
  if (first === undefined) {
    await context.print(program.helpInformation());
    return STATUS.done;
  }
  if (first === 'settings') {
    await context.print(referenceText(settingsReference(), context.paint));
    return STATUS.done;
  }
  const called = context.io.program;
  const command = find(program, first, called);
  await context.print((second === undefined ? command : find(command, second, called)).helpInformation());
  return STATUS.done;
}

interface Named {
  readonly commands: readonly Named[];
  name(): string;
  aliases(): readonly string[];
  helpInformation(): string;
}

function find(among: Named, name: string, program: string): Named {
  const found = among.commands.find((command) => command.name() === name || command.aliases().includes(name));
  if (found !== undefined) return found;
  const known = [...among.commands.flatMap((command) => [command.name(), ...command.aliases()]), 'settings'];
  throw new HayrickError(
    'COMMAND_UNKNOWN',
    `No help on "${name}".${didYouMean(name, known)} All commands: ${program} help.`,
  );
}
