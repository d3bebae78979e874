import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { BuiltProgram } from './built-program.ts';
import type { State, Step, Task, Told } from './judge.ts';

/** What is left of a run that was killed, and what comes of it. */
export interface Judgement {
  readonly states: readonly State[];
  readonly wrong: readonly string[];
  readonly left: readonly string[];
}

/** Another process that uses sites. */
export interface Judge {
  judge(folder: string, steps: readonly Step[]): Promise<Judgement>;
  /** Searches a site all the time that some work takes, and answers what was seen. */
  during<T>(folder: string, work: () => Promise<T>): Promise<readonly [result: T, seen: readonly State[]]>;
  close(): Promise<void>;
}

export function startJudge(program: BuiltProgram): Judge {
  const child: ChildProcess = fork(program.scripts['judge'] ?? '', {
    execArgv: [],
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: program.cache },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  async function ask(task: Task): Promise<Told> {
    const ending = new AbortController();
    const answered = once(child, 'message', { signal: ending.signal });
    const died = once(child, 'exit', { signal: ending.signal }).then(() => {
      throw new Error('the process that judges has died');
    });
    try {
      child.send(task);
      const [told] = (await Promise.race([answered, died])) as [Told];
      if (told.kind === 'failed') throw new Error(told.why);
      return told;
    } finally {
      answered.catch(() => undefined);
      died.catch(() => undefined);
      ending.abort();
    }
  }
  return {
    async judge(folder, steps) {
      const told = await ask({ kind: 'do', folder, steps });
      if (told.kind !== 'done') throw new TypeError(told.kind);
      return told;
    },
    async during(folder, work) {
      await ask({ kind: 'watch', folder });
      const result = await work();
      const told = await ask({ kind: 'watched' });
      if (told.kind !== 'seen') throw new TypeError(told.kind);
      return [result, told.states];
    },
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
