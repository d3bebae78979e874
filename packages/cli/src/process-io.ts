import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bar, ClosedPipeError, type InputStream, type Io, type OutputStream } from './io.ts';

type Process = NodeJS.Process;

/** Where the command line stands in a real process. Ctrl-C asks it to stop; a second one ends it at once. */
export function processIo(
  of: Process,
  options: { readonly program: string; readonly settings?: string | undefined },
): Io {
  const interrupt = new AbortController();
  of.on('SIGINT', () => {
    if (interrupt.signal.aborted) of.exit(130);
    interrupt.abort(new DOMException('Interrupted', 'AbortError'));
  });
  const stderr = outputOf(of.stderr);
  return {
    program: options.program,
    argv: of.argv.slice(2),
    env: of.env,
    cwd: of.cwd(),
    uid: of.getuid?.() ?? null,
    stdin: inputOf(of.stdin),
    stdout: outputOf(of.stdout),
    stderr,
    now: () => Date.now(),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
    signal: interrupt.signal,
    settings: options.settings,
    ask: async (question) => {
      const { confirm, isCancel } = await import('@clack/prompts');
      const answer = await confirm({
        message: question,
        initialValue: false,
        input: of.stdin,
        output: of.stderr,
      });
      return isCancel(answer) ? null : answer;
    },
    peakMemory: () => of.resourceUsage().maxRSS * 1024,
    openBar: () => openBar(of.stderr),
  };
}

async function openBar(stream: NodeJS.WriteStream): Promise<Bar> {
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream,
    format: '[{bar}] {percentage}%  {text}  {eta_formatted} left',
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    barsize: 30,
    fps: 8,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
  });
  let started = false;
  return {
    show: (part, text) => {
      if (!started) bar.start(1000, 0, { text });
      started = true;
      bar.update(Math.floor(part * 1000), { text });
    },
    end: () => bar.stop(),
  };
}

function outputOf(stream: NodeJS.WriteStream): OutputStream {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: async (text) => {
      if (closed || stream.destroyed) throw new ClosedPipeError();
      // A pipe that nobody empties makes us wait here, in bounded memory.
      if (!stream.write(text)) await emptied(stream);
      if (closed) throw new ClosedPipeError();
    },
  };
}

function emptied(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

function inputOf(stream: NodeJS.ReadStream): InputStream {
  return {
    isTerminal: stream.isTTY === true,
    firstLine: async (milliseconds) => {
      const lines = createInterface({ input: stream });
      const end = new AbortController();
      const late = sleep(milliseconds, null, { signal: end.signal }).catch(() => null);
      try {
        const next = lines[Symbol.asyncIterator]().next();
        const first = await Promise.race([
          next.then((line) => (line.done === true ? null : line.value)),
          late,
        ]);
        return first;
      } finally {
        end.abort();
        lines.close();
        stream.destroy();
      }
    },
  };
}
