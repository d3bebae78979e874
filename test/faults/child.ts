import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { type Ended, REPOSITORY } from '../e2e/command.ts';
import { FROM_SOURCES } from '../from-sources.ts';

/** The command line in a process of its own that can be watched, stopped and killed. */
export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
  /** Resolves true as soon as `seen` is, looking every millisecond; false when the process has ended before. */
  until(seen: () => boolean): Promise<boolean>;
}

export function start(folder: string, argv: readonly string[]): Child {
  const child = spawn(
    process.execPath,
    [...FROM_SOURCES, `${REPOSITORY}packages/cli/bin/hayrick.js`, ...argv],
    { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended & { readonly signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      over = true;
      resolve({ status, signal, stdout, stderr });
    });
  });
  return {
    process: child,
    ended,
    async until(seen) {
      for await (const _ of setInterval(1)) {
        if (over) return false;
        if (seen()) return true;
      }
      return false;
    },
  };
}

/** How much work a process has done: bytes it has read and written since it took its lock; null before. */
export function workMeter(child: Child, folder: string): () => number | null {
  let begun: number | null = null;
  let last = 0;
  return () => {
    if (begun === null && !isLocked(folder)) return null;
    last = Math.max(last, bytesMoved(child.process.pid ?? 0));
    begun ??= last;
    return last - begun;
  };
}

/** Whether a run holds the connection, or was killed while it did. A lock that is being signed is none yet. */
export function isLocked(folder: string): boolean {
  const locks = join(folder, 'data/locks');
  return (
    existsSync(locks) && readdirSync(locks).some((name) => /^(?:build|drain)~default.*\.lock$/.test(name))
  );
}

/** proc(5), `/proc/PID/io`; 0 once the process has ended. */
function bytesMoved(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/io`, 'utf8');
    return Number(/^rchar: (\d+)/m.exec(text)?.[1] ?? 0) + Number(/^wchar: (\d+)/m.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
