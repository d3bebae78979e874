import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { HayrickError } from '../errors.ts';

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** `dataDir/locks`. */
  readonly directory: string;
  /** Of the lock's file. */
  readonly name: string;
  /** What goes on while it is held, as the one who waits reads it: `Connection "default" is being written`. */
  readonly busy: string;
  /** What the lock is for, as the one who waits reads it: "rebuild_index". */
  readonly purpose: string;
  /** Seconds to wait for a holder; null: for as long as it lives. */
  readonly wait: number | null;
  /** Told once by whom it is held, when it has been waited for a while. */
  readonly onWait?: ((who: string) => void) | undefined;
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

/** How often a held lock is looked at, in milliseconds: at first, and at last. */
const FIRST_POLL = 5;
const LAST_POLL = 200;
/** Milliseconds after which the one who waits is told for whom. */
const PATIENCE = 2_000;
/** A holder says so often, in milliseconds, that it lives; one on another host that has been silent for so long is dead. */
const BEAT = 10_000;
const SILENCE = 180_000;
/** A lock that nobody has signed for so long, in milliseconds: its maker died, or its disk was full, between two system calls. */
const UNSIGNED = 5_000;
/** Ends the name of a lock that is being signed. */
const DRAFT = '.new';
/** What file systems without links say. */
const UNLINKABLE = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Takes a lock file, waiting if told to; a dead holder's lock is taken over: of this host one whose process is gone, of another host one that
 * has been silent for three minutes.
 * @throws HayrickError LOCKED, naming who holds it since when
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { name, busy, wait, now, sleep, signal, onWait } = options;
  const path = pathOf(options);
  const begun = now();
  let told = false;
  for (let poll = FIRST_POLL; ; poll = Math.min(poll * 2, LAST_POLL)) {
    signal?.throwIfAborted();
    const lock = takeIfFree(options);
    if (lock !== null) return lock;
    const waited = now() - begun;
    if (wait !== null && waited >= wait * 1000) {
      throw new HayrickError(
        'LOCKED',
        `${busy} by ${whoHolds(path)}. Wait for it to end, or give --wait SECONDS.`,
      );
    }
    if (!told && waited >= PATIENCE) {
      told = true;
      onWait?.(`${busy} by ${whoHolds(path)}; waiting for it (lock ${name}).`);
    }
    await sleep(poll, signal);
  }
}

/** Takes a lock file that nobody holds, or only a dead one; else null. */
export function takeIfFree(options: Omit<LockOptions, 'wait' | 'sleep'>): Lock | null {
  const path = pathOf(options);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  for (;;) {
    const mine = tryTake(path, options);
    if (mine !== null) return held(path, mine, options.now);
    if (!takeAway(path, options.now)) return null;
  }
}

/** Removes what dead holders left in a folder of locks. */
export function sweepLocks(directory: string, now: () => number): void {
  for (const name of namesIn(directory)) {
    const path = join(directory, name);
    if (name.endsWith('.lock')) takeAway(path, now);
    else if (name.endsWith(DRAFT) && isOld(path, now, UNSIGNED)) rmSync(path, { force: true });
  }
}

/** Who holds a lock since when, for people; null: nobody who lives. */
export function holderOf(directory: string, name: string, now: () => number): string | null {
  const path = pathOf({ directory, name });
  return readHolder(path) === null || isDead(path, now) ? null : whoHolds(path);
}

function pathOf({ directory, name }: Pick<LockOptions, 'directory' | 'name'>): string {
  return join(directory, `${name}.lock`);
}

function whoHolds(path: string): string {
  const holder = readHolder(path);
  if (holder === null) return 'another process';
  return `${holder.purpose} (process ${holder.pid} on ${holder.host}) since ${holder.since}`;
}

/** While it is held its file is stamped anew from time to time. */
function held(path: string, mine: Holder, now: () => number): Lock {
  const beat = setInterval(() => {
    if (isMine(path, mine)) stamp(path, now());
  }, BEAT);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (isMine(path, mine)) rmSync(path, { force: true });
    },
  };
}

/** Gone meanwhile, or of somebody else: then another one's stamp counts. */
function stamp(path: string, milliseconds: number): void {
  try {
    utimesSync(path, milliseconds / 1000, milliseconds / 1000);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function tryTake(path: string, { purpose, now }: Pick<LockOptions, 'purpose' | 'now'>): Holder | null {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    began: beginOf(process.pid) ?? '',
    since: new Date(now()).toISOString(),
    purpose,
  };
  if (existsSync(path)) return null;
  try {
    return sign(path, holder) ? holder : null;
  } catch (error) {
    throw new HayrickError(
      isCode(error, 'ENOSPC') ? 'DISK_FULL' : 'ENGINE_FAILED',
      `The lock ${path} cannot be written. Check that the data folder belongs to you and has room.`,
      { cause: error },
    );
  }
}

/** Makes the lock's file with its holder in it; false where somebody else has it. One who dies meanwhile leaves no lock without a holder. */
function sign(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.pid}.${threadId}${DRAFT}`;
  try {
    writeNew(draft, holder, 'w');
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      if (!UNLINKABLE.some((code) => isCode(error, code))) throw error;
    }
    return writeWhereNoneIs(path, holder);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** On a file system that has no links: one who dies here leaves a lock that nobody has signed. */
function writeWhereNoneIs(path: string, holder: Holder): boolean {
  try {
    writeNew(path, holder, 'wx');
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    rmSync(path, { force: true });
    throw error;
  }
}

function writeNew(path: string, holder: Holder, flag: 'w' | 'wx'): void {
  const descriptor = openSync(path, flag, 0o600);
  try {
    writeSync(descriptor, JSON.stringify(holder));
  } finally {
    closeSync(descriptor);
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

function isMine(path: string, { pid, began, host, since }: Holder): boolean {
  const holder = readHolder(path);
  return holder?.pid === pid && holder.began === began && holder.host === host && holder.since === since;
}

/**
 * Removes a dead holder's lock; false where there is none. Who does so holds a second file meanwhile, else two could find the same holder
 * dead and the slower one remove the lock of the faster.
 */
function takeAway(path: string, now: () => number): boolean {
  if (!isDead(path, now)) return false;
  const guard = `${path}.takeover`;
  try {
    closeSync(openSync(guard, 'wx', 0o600));
  } catch {
    if (isOld(guard, now, UNSIGNED)) rmSync(guard, { force: true });
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
  if (holder === null) return isOld(path, now, UNSIGNED);
  return holder.host === hostname() ? !isAlive(holder) : isOld(path, now, SILENCE);
}

function isOld(path: string, now: () => number, age: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && now() - stat.mtimeMs > age;
}

/** Of this host. */
function isAlive(holder: Holder): boolean {
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
