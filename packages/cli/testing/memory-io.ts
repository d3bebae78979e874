import { ClosedPipeError, type Io, type OutputStream } from '../src/io.ts';

export interface MemoryIo extends Io {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly asked: readonly string[];
}

interface Given {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly settings?: string;
  readonly terminal?: boolean;
  /** What is piped in; null: nothing ever comes. */
  readonly line?: string | null;
  /** What is answered at the terminal. */
  readonly answer?: boolean | null;
  /** Writes to stdout after which its reader is gone. */
  readonly readerLeavesAfter?: number;
  readonly now?: () => number;
}

/** A command line's surroundings without a process. */
export function memoryIo(argv: readonly string[], given: Given = {}): MemoryIo {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const terminal = given.terminal === true;
  return {
    program: given.program ?? 'hayrick',
    argv,
    env: given.env ?? {},
    cwd: given.cwd ?? '/nowhere',
    uid: process.getuid?.() ?? null,
    stdin: { isTerminal: terminal, firstLine: async () => given.line ?? null },
    stdout: output(out, terminal, given.readerLeavesAfter ?? Number.POSITIVE_INFINITY),
    stderr: output(err, terminal, Number.POSITIVE_INFINITY),
    now: given.now ?? (() => 0),
    sleep: async () => {},
    signal: new AbortController().signal,
    settings: given.settings,
    ask: async (question) => {
      asked.push(question);
      return given.answer ?? null;
    },
    peakMemory: () => 100 * 1024 ** 2,
    openBar: async () => ({ show: () => {}, end: () => {} }),
    out: () => out.join(''),
    err: () => err.join(''),
    asked,
  };
}

function output(to: string[], isTerminal: boolean, writes: number): OutputStream {
  return {
    isTerminal,
    columns: 80,
    write: async (text) => {
      if (to.length >= writes) throw new ClosedPipeError();
      to.push(typeof text === 'string' ? text : new TextDecoder().decode(text));
    },
  };
}
