import { Option } from '@commander-js/extra-typings';
import { seconds, several, whole } from '../flags.ts';
import type { Root, Run } from '../program.ts';
import { formats } from './options.ts';

/** Numbers of quarantine entries. */
const wholes = (text: string, before: readonly number[] | undefined): readonly number[] => [
  ...(before ?? []),
  whole(0, Number.MAX_SAFE_INTEGER)(text),
];

/** Commands about the site itself: quarantine, settings, help. */
export function addSiteCommands(program: Root, run: Run): void {
  const quarantine = program
    .command('quarantine')
    .summary('messages that could not be indexed')
    .description('Messages that could not be indexed, each with its place and reason.');
  quarantine
    .command('list')
    .description('Lists them: all, or those of archives, or those that a connection refused.')
    .option('--archive <archive>', 'archive; may be repeated', several)
    .option('-u, --using <connection>', 'what this connection refused; may be repeated', several)
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/quarantine.ts')).quarantineList(context, flags)),
    );
  quarantine
    .command('show')
    .description('Shows one, with its raw bytes.')
    .argument('<number>', 'its number in the list', whole(0, Number.MAX_SAFE_INTEGER))
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['text', 'json', 'raw'] as const)
        .default('text' as const),
    )
    .action((key, flags) =>
      run(async (context) => (await import('../commands/quarantine.ts')).quarantineShow(context, key, flags)),
    );

  const chosen = (command: string) =>
    quarantine
      .command(command)
      .argument('[number...]', 'numbers in the list', wholes)
      .option('--archive <archive>', 'those of an archive; may be repeated', several)
      .option('-u, --using <connection>', 'those that this connection refused; may be repeated', several)
      .option('--all', 'all of them')
      .addOption(formats());

  chosen('retry')
    .description('Takes entries out, and runs an update of their archives that tries them again.')
    .option('--wait <seconds>', 'wait for another writer (default: 0)', seconds)
    .option('--strict', 'end with 1 if mail is in quarantine afterwards')
    .action((keys, flags) =>
      run(async (context) =>
        (await import('../commands/quarantine.ts')).quarantineRetry(context, keys ?? [], flags),
      ),
    );
  chosen('drop')
    .description('Forgets entries for good: of the same messages, or the same bytes, nothing is told again.')
    .action((keys, flags) =>
      run(async (context) =>
        (await import('../commands/quarantine.ts')).quarantineDrop(context, keys ?? [], flags),
      ),
    );

  program
    .command('startproject')
    .summary('make a new site')
    .description(
      'Writes settings.ts, manage.mjs, package.json and a README for a new site into a new or empty folder.',
    )
    .argument('<dir>', 'the folder')
    .action((directory) =>
      run(async (context) => (await import('../commands/startproject.ts')).startProject(context, directory)),
    );

  program
    .command('check')
    .summary('check the settings')
    .description(
      'Checks the settings and what they name, and says what to do. Ends with 1 if something stands in the way.',
    )
    .addOption(formats())
    .action((flags) => run(async (context) => (await import('../commands/check.ts')).check(context, flags)));

  program
    .command('diffsettings')
    .summary('settings that differ from the defaults')
    .description('Prints the settings that differ from the defaults. Secrets are masked.')
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/diffsettings.ts')).diffsettings(context, flags)),
    );

  program
    .command('help')
    .summary('help on a command, or on the settings')
    .description('Prints help: on everything, on a command, or on every key of the settings.')
    .argument('[topic...]', 'a command, or "settings"')
    .action((topic) =>
      run(async (context) => (await import('../commands/help.ts')).help(context, topic, program)),
    );

  program
    .command('completion')
    .summary('completion for a shell')
    .description('Prints a script that completes commands and flags in a shell.')
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell) =>
      run(async (context) => (await import('../commands/completion.ts')).completion(context, shell, program)),
    );
}
