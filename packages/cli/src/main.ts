import { CommanderError } from 'commander';
import { makeContext, type OwnContext } from './context.ts';
import { failureOf, STATUS, stackOf } from './failure.ts';
import type { Io } from './io.ts';
import { buildProgram, globalFlags, type Root } from './program.ts';
import { dashedWord } from './query-words.ts';
import { packageVersion } from './version.ts';

export { type Bar, ClosedPipeError, type InputStream, type Io, type OutputStream } from './io.ts';
export { processIo } from './process-io.ts';

/** Commands whose arguments are a query: a dash there is more likely a word to leave out than a flag. */
const QUERIES = new Set(['search', 'count', 'explain']);

/**
 * Runs one command line and answers its exit status: 0 done or found, 1 a negative answer, 2 wrong usage or settings, 3 an engine or a
 * source failed, 130 interrupted. Never throws.
 */
export async function main(io: Io): Promise<number> {
  let status: number = STATUS.done;
  let context: OwnContext | undefined;
  const program: Root = buildProgram(io.program, packageVersion(), async (work) => {
    context = makeContext(io, globalFlags(program));
    await using own = context;
    status = await work(own);
  });
  const texts: string[] = [];
  quiet(program, texts);
  try {
    if (io.argv.length === 0) {
      await io.stderr.write(program.helpInformation());
      return STATUS.usage;
    }
    await program.parseAsync([...io.argv], { from: 'user' });
    return io.signal.aborted ? STATUS.interrupted : status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return answer(io, texts);
    return fail(io, typed(error, io), context);
  }
}

/** Help and version were asked for: they are the answer. */
async function answer(io: Io, texts: readonly string[]): Promise<number> {
  try {
    await io.stdout.write(texts.join(''));
    return STATUS.done;
  } catch (error) {
    return failureOf(error, io.program, false).status;
  }
}

async function fail(io: Io, error: unknown, context: OwnContext | undefined): Promise<number> {
  const mask = (text: string): string => context?.mask(text) ?? text;
  const { status, text } = failureOf(error, io.program, io.signal.aborted);
  if (text !== null) {
    const stack = io.argv.includes('--traceback') ? `${mask(stackOf(error))}\n` : '';
    await io.stderr.write(`${stack}${io.program}: ${mask(text)}\n`).catch(() => {});
  }
  return status;
}

/** Commands write nothing by themselves: texts are collected, errors are thrown. */
function quiet(command: Quietable, texts: string[]): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => texts.push(text),
    writeErr: () => {},
    outputError: () => {},
  });
  for (const below of command.commands) quiet(below, texts);
}

interface Quietable {
  readonly commands: readonly Quietable[];
  exitOverride(): unknown;
  configureOutput(of: {
    writeOut(text: string): void;
    writeErr(text: string): void;
    outputError(text: string): void;
  }): unknown;
}

/** An unknown option in a query is told about as a word of the query. */
function typed(error: unknown, io: Io): unknown {
  if (!(error instanceof CommanderError) || error.code !== 'commander.unknownOption') return error;
  const command = io.argv.find((word) => QUERIES.has(word));
  const word = /'(-[^']*)'/u.exec(error.message)?.[1];
  if (command === undefined || word === undefined || /did you mean/iu.test(error.message)) return error;
  return dashedWord(word);
}
