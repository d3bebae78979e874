import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rebuildCase } from './cases/rebuild.ts';
import { prepareCorpus } from './corpus.ts';

const USAGE = `Usage: npx -y pnpm@12 bench [--list linux-ext4] [--runs 3] [--no-peers] [--built]

Measures a cold rebuild of a mailing list from unpacked and from compressed mbox files, an update with nothing to do, memory and
index size, beside \`notmuch new\` over the same mail where it is installed.
`;

/** Where the shared corpora lie, seen from the repository. */
const LISTS = fileURLToPath(new URL('../../../shared/corpora/lists', import.meta.url));

export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args: args.filter((a) => a !== '--'),
    options: {
      list: { type: 'string', default: 'linux-ext4' },
      runs: { type: 'string', default: '3' },
      peers: { type: 'boolean', default: true },
      built: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const work = join(tmpdir(), 'hayrick-bench');
  const corpus = await prepareCorpus(LISTS, values.list, work);
  const [cpu] = cpus();
  process.stdout.write(
    `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}\n`,
  );
  process.stdout.write(`${corpus.name}: ${corpus.messages.toLocaleString('en')} messages\n\n`);
  await rebuildCase(corpus, {
    work,
    runs: Number(values.runs),
    peers: values.peers,
    built: values.built,
    env,
    print: (line) => process.stdout.write(`${line}\n`),
  });
  return 0;
}
