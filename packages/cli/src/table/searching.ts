import { Option } from '@commander-js/extra-typings';
import { several, whole } from '../flags.ts';
import type { Root, Run } from '../program.ts';
import { formats } from './options.ts';

/** Commands that read: searches, and single messages. */
export function addSearchCommands(program: Root, run: Run): void {
  program
    .command('search')
    .summary('find messages')
    .description('Finds messages. The words of the query are joined with one space.')
    .argument('[query...]', 'what to look for')
    .option('-u, --using <connection>', 'connection to ask')
    .option('--archive <archive>', 'only in this archive; may be repeated', several)
    .option('--as <who>', 'with the rights of: all, public, or a reader (default: all)')
    .addOption(
      new Option('--sort <order>', 'order (default: relevance if there are words, else newest)').choices([
        'relevance',
        'newest',
        'oldest',
      ] as const),
    )
    .option('-n, --limit <n>', 'hits at most', whole(1, 100_000_000))
    .option('--offset <n>', 'hits left out at the beginning', whole(0, 100_000_000))
    .option('--after <cursor>', 'go on behind an earlier answer')
    .option(
      '--facet <field>',
      'count the values of a field over all matches; FIELD:N for the first N (20); may be repeated',
      several,
    )
    .option('--threads', 'one hit a thread, its best')
    .addOption(
      new Option('--format <format>', 'how the answer is printed')
        .choices(['text', 'json', 'jsonl', 'ids', 'mbox'] as const)
        .default('text' as const),
    )
    .addOption(
      new Option('--highlight <mode>', 'snippets with the words marked')
        .choices(['on', 'off'] as const)
        .default('on' as const),
    )
    .option('--strict', 'what cannot be understood is an error')
    .action((query, flags) =>
      run(async (context) => (await import('../commands/search.ts')).search(context, query, flags)),
    );

  program
    .command('count')
    .summary('count messages')
    .description('Prints the exact number of matches; without a query, of all messages.')
    .argument('[query...]', 'what to look for')
    .option('-u, --using <connection>', 'connection to ask')
    .option('--archive <archive>', 'only in this archive; may be repeated', several)
    .option('--as <who>', 'with the rights of: all, public, or a reader (default: all)')
    .option('--strict', 'what cannot be understood is an error')
    .addOption(formats())
    .action((query, flags) =>
      run(async (context) => (await import('../commands/count.ts')).count(context, query, flags)),
    );

  program
    .command('explain')
    .summary('how a query is read')
    .description(
      'Tells how a query was read, what the engine is given, how many each part matches; of a message, why it matches.',
    )
    .argument('<query...>', 'what to look for')
    .option('-u, --using <connection>', 'connection to ask')
    .option('--archive <archive>', 'only in this archive; may be repeated', several)
    .option('--as <who>', 'with the rights of: all, public, or a reader (default: all)')
    .option('--for <message-id>', 'why this message matches, or not')
    .addOption(formats())
    .action((query, flags) =>
      run(async (context) => (await import('../commands/explain.ts')).explain(context, query, flags)),
    );

  program
    .command('show')
    .summary('show a message')
    .description('Shows a message from its source; where several bear the Message-ID, all of them.')
    .argument('<message-id>', 'a Message-ID, with or without brackets, or an id')
    .option('--as <who>', 'with the rights of: all, public, or a reader (default: all)')
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['text', 'json', 'raw'] as const)
        .default('text' as const),
    )
    .action((message, flags) =>
      run(async (context) => (await import('../commands/show.ts')).show(context, message, flags)),
    );

  program
    .command('thread')
    .summary('show a thread')
    .description('Shows the thread of a message as a tree; messages that are missing are marked.')
    .argument('<message-id>', 'a Message-ID, with or without brackets, or an id')
    .option('--as <who>', 'with the rights of: all, public, or a reader (default: all)')
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['text', 'json', 'mbox'] as const)
        .default('text' as const),
    )
    .action((message, flags) =>
      run(async (context) => (await import('../commands/thread.ts')).thread(context, message, flags)),
    );
}
