import { readdirSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseMessage } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';
import { analyzeCase } from './cases/analyze.ts';
import { elasticsearchCase } from './cases/elasticsearch.ts';
import { equalCase } from './cases/equal.ts';
import { facetsCase } from './cases/facets.ts';
import { hostileCase } from './cases/hostile.ts';
import { latencyCase } from './cases/latency.ts';
import { memoryCase } from './cases/memory.ts';
import { notmuchCase } from './cases/notmuch.ts';
import { parseCase } from './cases/parse.ts';
import { patchesCase } from './cases/patches.ts';
import { readCase } from './cases/read.ts';
import { rebuildCase } from './cases/rebuild.ts';
import { responsiveCase } from './cases/responsive.ts';
import { snippetsCase } from './cases/snippets.ts';
import { threadsCase } from './cases/threads.ts';
import { unreadableCase } from './cases/unreadable.ts';
import { updateCase } from './cases/update.ts';
import { verifyCase } from './cases/verify.ts';
import { walkCase } from './cases/walk.ts';
import { type Corpus, prepareCorpus } from './corpus.ts';

const USAGE = `Usage: npx -y pnpm@12 bench [CASE] [--list linux-ext4] [--runs 3] [--no-peers]
       npx -y pnpm@12 bench equal [--archives 2000] [--queries 50] [--seed N]

rebuild     whole commands: a cold rebuild of a mailing list from unpacked and from compressed mbox files, an update with nothing
            to do, memory and index size, beside \`notmuch new\` over the same mail where it is installed (the default)
read        reading mbox, packed files, Maildir and public-inbox alone
parse       the parser alone, over the list's first file
analyze     the analyser alone, over the texts of the list's first file
memory      the memory engine beside plain MiniSearch given the same tokens; loading its snapshot, and searches
elasticsearch
            a whole rebuild on a real server beside the server taking ready-made bodies, and beside making those
latency     first pages and counts of a mixed log of queries over 100,000 messages on SQLite, within a program
responsive  searches within a program over 250,000 messages on SQLite, and how long they stop its event loop
walk        walks of 10,000 and of 100,000 hits on every engine: time and memory
facets      what counting values adds to a search over 100,000 messages on SQLite
hostile     queries made to take long over 100,000 messages on SQLite, while somebody else searches
unreadable  whether it takes as long to be told of a message that may not be read as of one that there is not
snippets    pages of 20 hits with snippets from packed files, with their text kept and without
threads     threading the list and 100,000 generated messages anew; the threads of a page of 20 hits
patches     the ids of every patch of the list beside those of \`git patch-id --stable\`, each difference named; what patches cost
update      updates within a program: nothing new in a list and in a Maildir of 100,000, 100 more messages in an mbox of 1 GiB
verify      verifying an index at each level beside a rebuild, on SQLite and in memory
equal       no speed: generated archives in every engine, their answers to generated queries beside the oracle's
notmuch     no speed: what notmuch finds in the list blinux-list beside what we do, each difference with its rule
`;

/** Where the shared corpora lie, seen from the repository. */
const LISTS = fileURLToPath(new URL('../../../shared/corpora/lists', import.meta.url));

export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.filter((a) => a !== '--'),
    allowPositionals: true,
    options: {
      list: { type: 'string', default: 'linux-ext4' },
      runs: { type: 'string', default: '3' },
      peers: { type: 'boolean', default: true },
      archives: { type: 'string', default: '2000' },
      queries: { type: 'string', default: '50' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const [name = 'rebuild', ...more] = positionals;
  const runs = Number(values.runs);
  const archives = Number(values.archives);
  const queries = Number(values.queries);
  const seed = values.seed === undefined ? null : Number(values.seed);
  const counts = [runs, archives, queries, (seed ?? 0) + 1];
  const known = name === 'equal' || name === 'notmuch' || name in CASES;
  const wrong = more.length > 0 || !known || !counts.every((n) => Number.isSafeInteger(n) && n >= 1);
  if (values.help || wrong) {
    (wrong ? process.stderr : process.stdout).write(USAGE);
    return wrong ? 2 : 0;
  }
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (name === 'equal') {
    await equalCase({ archives, queries, seed, env, print });
    return 0;
  }
  if (name === 'notmuch') {
    await notmuchCase(LISTS, print);
    return 0;
  }
  const work = join(tmpdir(), 'hayrick-bench');
  const corpus = await prepareCorpus(LISTS, values.list, work);
  const [cpu] = cpus();
  print(
    `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
  );
  print(`${corpus.name}: ${corpus.messages.toLocaleString('en')} messages\n`);
  await CASES[name as keyof typeof CASES](corpus, { work, runs, peers: values.peers, env, print });
  return 0;
}

interface BenchOptions {
  readonly work: string;
  readonly runs: number;
  readonly peers: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

const CASES = {
  rebuild: rebuildCase,
  elasticsearch: elasticsearchCase,
  read: readCase,
  memory: memoryCase,
  latency: latencyCase,
  responsive: responsiveCase,
  update: updateCase,
  verify: verifyCase,
  snippets: snippetsCase,
  threads: threadsCase,
  patches: patchesCase,
  walk: walkCase,
  facets: facetsCase,
  hostile: hostileCase,
  unreadable: unreadableCase,
  parse: async (corpus: Corpus, options: BenchOptions) => void parseCase(await firstFile(corpus), options),
  analyze: async (corpus: Corpus, options: BenchOptions) => {
    const texts = (await firstFile(corpus)).flatMap((raw) =>
      parseMessage(raw).text.map((run) => Buffer.from(run.bytes)),
    );
    analyzeCase(texts, options);
  },
};

async function firstFile({ mbox }: Corpus): Promise<Uint8Array[]> {
  const [name = ''] = readdirSync(mbox).sort();
  const messages: Uint8Array[] = [];
  for await (const item of readSourceFile({ kind: 'mbox', path: join(mbox, name), name: '' })) {
    if (item.kind === 'message') messages.push(Buffer.from(item.bytes));
  }
  return messages;
}
