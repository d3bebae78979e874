import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** `dataDir/locks`. */
  readonly directory: string;
  /** Of the lock's file. */
  readonly name: string;
  /** What is locked, as the one who waits reads it: `"default"`. */
  readonly what: string;
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
/** A lock that nobody has signed for so long, in milliseconds: its maker died, or its disk was full, between two system calls. */
const UNSIGNED = 5_000;

/**
 * Takes a lock file, waiting if told to; a dead holder's lock is taken over.
 * @throws HayrickError LOCKED, naming who holds it since when
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { directory, name, what, wait, now, sleep, signal } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${name}.lock`);
  const deadline = now() + wait * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const mine = tryTake(path, options);
    if (mine !== null) return { release: () => release(path, mine) };
    if (takeAway(path, options)) continue;
    if (now() >= deadline) {
      const holder = readHolder(path);
      const who =
        holder === null
          ? 'another process'
          : `${holder.purpose} (process ${holder.pid} on ${holder.host}) since ${holder.since}`;
      throw new HayrickError(
        'LOCKED',
        `${what} is being written by ${who}. Wait for it to end, or give --wait SECONDS.`,
      );
    }
    await sleep(POLL, signal);
  }
}

function tryTake(path: string, { purpose, now }: LockOptions): Holder | null {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    began: beginOf(process.pid) ?? '',
    since: new Date(now()).toISOString(),
    purpose,
  };
  let made = false;
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    made = true;
    try {
      writeSync(descriptor, JSON.stringify(holder));
    } finally {
      closeSync(descriptor);
    }
    return holder;
  } catch (error) {
    if (made) rmSync(path, { force: true });
    if (isCode(error, 'EEXIST')) return null;
    throw new HayrickError(
      isCode(error, 'ENOSPC') ? 'DISK_FULL' : 'ENGINE_FAILED',
      `The lock ${path} cannot be written. Check that the data folder belongs to you and has room.`,
      { cause: error },
    );
  }
}

/** Null: it is gone, or not signed yet. */
function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function release(path: string, { pid, began, host }: Holder): void {
  const holder = readHolder(path);
  const mine = holder?.pid === pid && holder.began === began && holder.host === host;
  if (mine) rmSync(path, { force: true });
}

/**
 * Removes a dead holder's lock; false where there is none. Who does so holds a second file meanwhile, else two could find the same holder
 * dead and the slower one remove the lock of the faster.
 */
function takeAway(path: string, { now }: LockOptions): boolean {
  if (!isDead(path, now)) return false;
  const guard = `${path}.takeover`;
  try {
    closeSync(openSync(guard, 'wx', 0o600));
  } catch {
    if (isOld(guard, now)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (!isDead(path, now)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function isDead(path: string, now: () => number): boolean {
  const holder = readHolder(path);
  return holder === null ? isOld(path, now) : !isAlive(holder);
}

function isOld(path: string, now: () => number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && now() - stat.mtimeMs > UNSIGNED;
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

/**
 * Field 22 of /proc/PID/stat, proc(5); null for a process that has ended and was not waited for. The empty string where there is no such
 * file, and then process numbers alone decide.
 */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? '');
  } catch {
    return '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
