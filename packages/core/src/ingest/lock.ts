import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** `dataDir/locks`. */
  readonly directory: string;
  readonly name: string;
  /** What the lock is for, as the one who waits reads it: "rebuild_index". */
  readonly purpose: string;
  /** Seconds to wait for a holder. */
  readonly wait: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts it: a process number may be used again. */
  readonly began: string;
  readonly since: string;
  readonly purpose: string;
}

const POLL = 200;

/**
 * Takes a lock file, waiting if told to; a dead holder's lock is taken over.
 * @throws HayrickError LOCKED, naming who holds it since when
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { directory, name, wait, now, sleep, signal } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${name}.lock`);
  const deadline = now() + wait * 1000;
  for (;;) {
    signal?.throwIfAborted();
    if (tryTake(path, options)) return { release: () => rmSync(path, { force: true }) };
    const holder = readHolder(path);
    if (holder !== null && !isAlive(holder)) {
      takeAway(path, holder);
      continue;
    }
    if (now() >= deadline) {
      const who =
        holder === null
          ? 'another process'
          : `${holder.purpose} (process ${holder.pid} on ${holder.host}) since ${holder.since}`;
      throw new HayrickError(
        'LOCKED',
        `"${name}" is being written by ${who}. Wait for it to end, or give --wait SECONDS.`,
      );
    }
    await sleep(POLL, signal);
  }
}

function tryTake(path: string, { purpose, now }: LockOptions): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw new HayrickError(
      'ENGINE_FAILED',
      `The lock ${path} cannot be written. Check that the data folder belongs to you and has room.`,
      { cause: error },
    );
  }
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    began: beginOf(process.pid),
    since: new Date(now()).toISOString(),
    purpose,
  };
  writeSync(descriptor, JSON.stringify(holder));
  closeSync(descriptor);
  return true;
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    // Gone, or being written at this moment.
    return null;
  }
}

/** Of two who find a holder dead, one renames the file away; the other finds another holder or none. */
function takeAway(path: string, dead: Holder): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && moved.pid !== dead.pid) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  return beginOf(holder.pid) === holder.began;
}

/** Field 22 of /proc/PID/stat, proc(5); the empty string where there is none, and then process numbers alone decide. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
