import { amount, seconds, several, whole } from '../flags.ts';
import type { Root, Run } from '../program.ts';
import { formats } from './options.ts';

/** Commands that write or look after indexes. */
export function addIndexCommands(program: Root, run: Run): void {
  program
    .command('rebuild_index')
    .summary('build every index anew')
    .description(
      'Builds a new generation beside the live one and swaps. Asks before a live index is replaced.',
    )
    .option('--noinput', 'do not ask')
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('-k, --workers <n>', 'threads that parse', whole(1, 256))
    .option('-b, --batch-size <n>', 'messages a batch', whole(1, 100_000))
    .option('-t, --max-retries <n>', 'how often an outage is retried (default: 5)', whole(0, 100))
    .option('--nocommit', 'leave the new generation unswapped')
    .option('--keep <n>', 'older generations that are kept (default: 1)', whole(0, 1000))
    .option('--wait <seconds>', 'wait for another writer (default: 0)', seconds)
    .option('--strict', 'end with 1 if mail was quarantined')
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/rebuild-index.ts')).rebuildIndex(context, flags)),
    );

  program
    .command('update_index')
    .summary('index what is new or changed')
    .description('Indexes what is new or changed in all archives, or in those that are named.')
    .argument('[archive...]', 'archives; default: every one')
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('-k, --workers <n>', 'threads that parse', whole(1, 256))
    .option('-b, --batch-size <n>', 'messages a batch', whole(1, 100_000))
    .option('-t, --max-retries <n>', 'how often an outage is retried (default: 5)', whole(0, 100))
    .option('--nocommit', 'leave a generation that this run begins unswapped')
    .option('--wait <seconds>', 'wait for another writer (default: 0)', seconds)
    .option('--strict', 'end with 1 if mail was quarantined')
    .option('-a, --age <hours>', 'index only what arrived in these last hours', amount)
    .option('-m, --minutes <n>', 'the same in minutes', amount)
    .option('-s, --start <date>', 'index only what arrived from this date on')
    .option('-e, --end <date>', 'index only what arrived until this date, its day included')
    .option('-r, --remove', 'also drop what is gone from the sources')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .option('--full', 'read every file again, whatever its stamp says')
    .addOption(formats())
    .action((archives, flags) =>
      run(async (context) =>
        (await import('../commands/update-index.ts')).updateIndex(context, archives, flags),
      ),
    );

  program
    .command('clear_index')
    .summary('empty indexes')
    .description('Empties connections, after asking. The mail and the catalog stay.')
    .option('--noinput', 'do not ask')
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('--wait <seconds>', 'wait for another writer (default: 0)', seconds)
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/clear-index.ts')).clearIndex(context, flags)),
    );

  program
    .command('rollback_index')
    .summary('go back to an earlier index')
    .description(
      'Makes the newest kept generation that is older than the live one the live one, after asking; update_index then brings what it lacks.',
    )
    .option('--noinput', 'do not ask')
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('--to <generation>', 'another kept generation, also one that --nocommit left')
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/rollback-index.ts')).rollbackIndex(context, flags)),
    );

  program
    .command('index_info')
    .alias('haystack_info')
    .summary('what the indexes are')
    .description(
      'Tells of each connection: engine, generations, documents, bytes, fields, capabilities, lag.',
    )
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/index-info.ts')).indexInfo(context, flags)),
    );

  program
    .command('verify_index')
    .summary('compare sources, catalog and indexes')
    .description(
      'Compares sources, catalog and indexes and names what differs: messages that are missing, extra, other ones, in the wrong place or thread. Ends with 1 where anything does. Others may search and write meanwhile.',
    )
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('--full', 'read all sources again, and have engines and catalog check themselves')
    .option('--deep', 'the same, and compare what engines have indexed, where they can')
    .option('-k, --workers <n>', 'threads that parse', whole(1, 256))
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/verify-index.ts')).verifyIndex(context, flags)),
    );

  program
    .command('repair_index')
    .summary('mend what verify_index names')
    .description(
      'Mends what verify_index names, and nothing else, through the change log. Ends with 1 where something is left.',
    )
    .option('-u, --using <connection>', 'connection; may be repeated; default: every one', several)
    .option('--dry-run', 'tell what would be done, and change nothing')
    .option('--full', 'mend what verify_index --full names')
    .option('--deep', 'mend what verify_index --deep names')
    .option('-k, --workers <n>', 'threads that parse', whole(1, 256))
    .option('--wait <seconds>', 'wait for another writer (default: 0)', seconds)
    .addOption(formats())
    .action((flags) =>
      run(async (context) => (await import('../commands/repair-index.ts')).repairIndex(context, flags)),
    );

  program
    .command('build_schema')
    .summary('what the engine is given')
    .description('Prints what the engine is given: DDL, or mapping and analysis.')
    .option('-u, --using <connection>', 'connection')
    .option('-f, --filename <file>', 'write it to a file')
    .action((flags) =>
      run(async (context) => (await import('../commands/build-schema.ts')).buildSchema(context, flags)),
    );
}
