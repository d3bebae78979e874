import { Command, Option } from '@commander-js/extra-typings';
import type { Context } from './context.ts';
import { type GlobalFlags, several, whole } from './flags.ts';
import { addIndexCommands } from './table/indexing.ts';
import { addSearchCommands } from './table/searching.ts';
import { addSiteCommands } from './table/site.ts';

/** A command's work, done when its module is loaded: the answer is the exit status. */
export type Run = (work: (context: Context) => Promise<number>) => Promise<void>;

/** The root of the command table; its global options are accepted before and after a command's name. */
export type Root = Command<[], GlobalOptions>;

type GlobalOptions = {
  settings?: string | undefined;
  modulepath?: readonly string[] | undefined;
  verbosity: number;
  color: boolean;
  traceback?: true | undefined;
};

/** The one command table, whatever it is called by. */
export function buildProgram(name: string, version: string, run: Run): Root {
  const program = new Command()
    .name(name)
    .description('Search for mail archives.')
    .usage('COMMAND [FLAGS]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .option('--settings <module>', 'settings: a file, or a module in one of --modulepath')
    .option(
      '--modulepath <dir>',
      'folder in which the settings module is looked for; may be repeated',
      several,
    )
    .addOption(
      new Option('-v, --verbosity <level>', '0 quiet, 1 normal, 2 more, 3 everything')
        .argParser(whole(0, 3))
        .default(1),
    )
    .option('--no-color', 'no colours')
    .option('--traceback', 'show the stack of an error')
    .exitOverride()
    .showSuggestionAfterError(true);
  addIndexCommands(program, run);
  addSearchCommands(program, run);
  addSiteCommands(program, run);
  return program;
}

/** The global flags of a parsed command line. */
export function globalFlags(program: Root): GlobalFlags {
  const { settings, modulepath, verbosity, color, traceback } = program.opts();
  return { settings, modulepath: modulepath ?? [], verbosity, color, traceback: traceback === true };
}
