import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { SettingsInput } from '@hayrick/core';
import { FROM_SOURCES } from '../from-sources.ts';

/** What a process that searches is told to do. */
export interface Asking {
  /** Plain data: it goes to another process. */
  readonly settings: SettingsInput;
  readonly directory: string;
}

/** What it says: once at its first answer, and at its end what it saw. */
export type Said = { readonly kind: 'first' } | { readonly kind: 'seen'; readonly seen: Seen };

export interface Seen {
  readonly answers: number;
  /** What was in them, each change once: the first and the last number, which all between them are with. */
  readonly spans: readonly (readonly [number, number])[];
  /** What was wrong. */
  readonly wrong: readonly string[];
}

/** A process that searches until it is told to stop. */
export interface ReadingProcess {
  /** Its first answer is there. */
  readonly ready: Promise<void>;
  stop(): Promise<Seen>;
}

/** Starts a process of its own that asks for all messages again and again, each of which is told by the number in its subject. */
export function startReading(asking: Asking): ReadingProcess {
  const child = fork(new URL('./reading-process.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...FROM_SOURCES],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.send(asking);
  const said = (kind: Said['kind']): Promise<Said> => next(child, kind, () => complaint);
  const ready = said('first').then(() => undefined);
  const ended = said('seen');
  return {
    ready,
    async stop() {
      const closed = once(child, 'close');
      child.send('stop');
      const last = await ended;
      await closed;
      if (last.kind !== 'seen') throw new TypeError('it said nothing at its end');
      return last.seen;
    },
  };
}

function next(child: ChildProcess, kind: Said['kind'], complaint: () => string): Promise<Said> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Said) => {
      if (message.kind === kind) resolve(message);
    });
    child.on('close', () => reject(new Error(`a process that searches ended by itself: ${complaint()}`)));
  });
}
