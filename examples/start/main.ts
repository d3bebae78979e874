import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Io, main } from '@hayrick/cli';
import { HayrickError } from '@hayrick/core/settings';
import { writeSettings } from './own-mail.ts';
import { ownSearches, SAMPLE_SEARCHES, type Seen, type Shown } from './searches.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = join(REPOSITORY, 'examples/sample/settings.ts');
const RUN = 'npx -y pnpm@12 hayrick';
const USAGE = `Usage: npx -y pnpm@12 start [PATH...]
Indexes mail and shows the answers to a few searches. PATH: an mbox file or a month of Pipermail (also .gz .xz .zst .bz2), a
Maildir, an MH folder, a public-inbox, a folder of .eml files, or of any of these (docs/sources.md); without one, the sample archive
in examples/sample.
`;

/** Indexes a first archive and searches it: with the same command line that is there for everything else. Answers the exit status. */
export async function start(io: Io): Promise<number> {
  if (io.argv.includes('--help') || io.argv.includes('-h')) {
    await io.stdout.write(USAGE);
    return 0;
  }
  try {
    // A package manager runs this in the repository, wherever it was typed.
    const typedIn = io.env['INIT_CWD'] ?? io.cwd;
    const option = io.argv.find((path) => path.startsWith('-'));
    if (option !== undefined)
      throw new HayrickError('ARGUMENT_INVALID', `No option "${option}". ${USAGE.split('\n')[0]}`);
    const own = io.argv.length > 0;
    const data = join(REPOSITORY, 'hayrick-data');
    return await show(io, own ? writeSettings(io.argv, typedIn, data) : SAMPLE, own);
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    await io.stderr.write(`start: ${error.message}\n`);
    return 2;
  }
}

async function show(io: Io, file: string, own: boolean): Promise<number> {
  const settings = relative(io.cwd, file) || file;
  const command = (name: string, ...flags: string[]): Promise<number> =>
    main({ ...io, program: 'hayrick', argv: [name, '--settings', file, ...flags] });
  const data = relative(io.cwd, own ? dirname(file) : join(REPOSITORY, 'hayrick-data/sample'));
  await io.stdout.write(
    `Indexing ${own ? io.argv.join(', ') : 'the sample archive (examples/sample)'} into ${data}/\n\n`,
  );
  const indexed = await command('update_index');
  if (indexed !== 0 && indexed !== 3) return indexed;

  const searches = own ? ownSearches(await newest(io, file)) : SAMPLE_SEARCHES;
  for (const search of searches) {
    if (io.signal.aborted) return 130;
    await io.stdout.write(heading(search));
    const status = await command('search', '--limit', '2', '--', search.query);
    if (status > 1) return status;
  }
  await io.stdout.write(nextCommands(settings, own));
  return indexed;
}

/** The newest messages, asked for like any program would. */
async function newest(io: Io, file: string): Promise<readonly Seen[]> {
  let text = '';
  const stdout: Io['stdout'] = {
    isTerminal: false,
    columns: 80,
    write: async (part) => {
      text += typeof part === 'string' ? part : new TextDecoder().decode(part);
    },
  };
  const argv = [
    'search',
    '*',
    '--settings',
    file,
    '--sort',
    'newest',
    '--limit',
    '200',
    '--highlight',
    'off',
    '--format',
    'json',
  ];
  await main({ ...io, stdout, argv });
  return text === '' ? [] : readHits(text);
}

/** Where data enters: the shape is that of `hayrick search --format json`. */
function readHits(text: string): readonly Seen[] {
  const answer = JSON.parse(text) as { readonly hits: readonly Seen[] };
  return answer.hits;
}

function heading({ query, about }: Shown): string {
  return `\n──  ${query}   (${about})\n\n`;
}

function nextCommands(settings: string, own: boolean): string {
  const at = `--settings ${/^[\w./-]+$/u.test(settings) ? settings : `'${settings}'`}`;
  const lines = [
    `${RUN} search ${at} ${own ? 'budget' : 'tedder'}`,
    `${RUN} search ${at} 'date:2024.. has:attachment' --sort newest`,
    ...(own ? [] : [`${RUN} search ${at} --as public quillfeather`]),
    `${RUN} index_info ${at}`,
    `${RUN} help`,
    ...(own ? [] : ['npx -y pnpm@12 start ~/Mail        # the same with mail of yours']),
  ];
  return `\nNext:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
