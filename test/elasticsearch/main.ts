import { HayrickError } from '@hayrick/core/settings';
import { DISTRIBUTION, distributionFolder, findDistribution } from './distribution.ts';
import { fetchDistribution } from './fetch.ts';
import { findJdk } from './jdk.ts';
import { startServer } from './server.ts';

const USAGE = `Usage: npx -y pnpm@12 elastic fetch | start [--secure] | status
A real Elasticsearch ${DISTRIBUTION.version} for tests; see CONTRIBUTING.md.
  fetch    fetches it by Maven into the user's cache, once
  start    runs one until Ctrl-C; tests use it when HAYRICK_TEST_ELASTICSEARCH holds its address
  status   says what is there: the server, and a JDK that it can run on
`;

/** What of a process the command needs. */
type Caller = Pick<NodeJS.Process, 'argv' | 'env' | 'stdout' | 'stderr' | 'once'>;

/** Fetches, runs or looks for the server by hand. Answers the exit status: 0 done, 1 not there, 2 wrong usage, 3 failed, 130 interrupted. */
export async function main(caller: Caller): Promise<number> {
  const [command = '', ...flags] = caller.argv.slice(2);
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) caller.once(name, () => ending.abort());
  const run = commandFor(command, flags, caller, ending.signal);
  if (run === null) {
    const asked = command === '--help' || command === '-h';
    (asked ? caller.stdout : caller.stderr).write(USAGE);
    return asked ? 0 : 2;
  }
  try {
    return await run();
  } catch (error) {
    if (ending.signal.aborted) return 130;
    if (!(error instanceof HayrickError)) throw error;
    caller.stderr.write(`elastic: ${error.message}\n`);
    return 3;
  }
}

function commandFor(
  command: string,
  flags: readonly string[],
  caller: Caller,
  signal: AbortSignal,
): (() => Promise<number>) | null {
  const say = (text: string): void => void caller.stderr.write(`${text}\n`);
  switch ([command, ...flags].join(' ')) {
    case 'fetch':
      return () => fetch(caller, signal, say);
    case 'status':
      return () => status(caller);
    case 'start':
      return () => start(caller, false, signal, say);
    case 'start --secure':
      return () => start(caller, true, signal, say);
    default:
      return null;
  }
}

async function fetch(caller: Caller, signal: AbortSignal, say: (text: string) => void): Promise<number> {
  const home = await fetchDistribution(DISTRIBUTION, distributionFolder(DISTRIBUTION, caller.env), {
    say,
    signal,
  });
  const jdk = await findJdk(caller.env);
  caller.stdout.write(`Elasticsearch ${DISTRIBUTION.version} is in ${home}; it will run on ${jdk.home}.\n`);
  return 0;
}

async function status(caller: Caller): Promise<number> {
  const folder = distributionFolder(DISTRIBUTION, caller.env);
  const home = await findDistribution(DISTRIBUTION, folder);
  caller.stdout.write(
    home === null
      ? `Elasticsearch ${DISTRIBUTION.version}: not in ${folder}. To fetch it: npx -y pnpm@12 elastic fetch\n`
      : `Elasticsearch ${DISTRIBUTION.version}: ${home}, unaltered\n`,
  );
  const jdk = await findJdk(caller.env);
  caller.stdout.write(`JDK ${jdk.major}: ${jdk.home}\n`);
  return home === null ? 1 : 0;
}

async function start(
  caller: Caller,
  secure: boolean,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<number> {
  const folder = distributionFolder(DISTRIBUTION, caller.env);
  const home = await findDistribution(DISTRIBUTION, folder);
  if (home === null)
    throw new HayrickError('ENGINE_FAILED', `Nothing in ${folder}: run npx -y pnpm@12 elastic fetch.`);
  say('Starting…');
  const jdk = await findJdk(caller.env);
  await using server = await startServer({ home, jdk, secure, signal, javaOptions: [] });
  caller.stdout.write(`${secure ? '' : 'HAYRICK_TEST_ELASTICSEARCH='}${server.url}\n`);
  if (server.access !== null) {
    caller.stdout.write(`CA: ${server.access.caFile}\nAPI key: ${server.access.apiKey}\n`);
    caller.stdout.write(`User: ${server.access.user}, password: ${server.access.password}\n`);
  }
  await Promise.race([new Promise((resolve) => signal.addEventListener('abort', resolve)), server.ended]);
  if (!signal.aborted)
    throw new HayrickError('ENGINE_FAILED', `The server ended by itself: ${server.lastOutput()}`);
  return 0;
}
