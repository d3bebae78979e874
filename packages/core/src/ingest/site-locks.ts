import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { holderOf, type Lock, type LockOptions, sweepLocks, takeIfFree, takeLock } from './lock.ts';

export interface LockPlace {
  readonly dataDir: string;
  /** What the locks are for, as the one who waits reads it: "rebuild_index". */
  readonly purpose: string;
  /** Seconds to wait for another writer of a connection; undefined: not at all, and for the sources as long as it takes. */
  readonly wait: number | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly log: (level: 'warn', message: string) => void;
}

/** The locks of a site, as files in `dataDir/locks`. Who needs several takes them in this order. */
export interface SiteLocks {
  /** A new generation of the connection is being built, or it is being emptied. LOCKED. */
  build(connection: string): Promise<Lock>;
  /** The log is being drained into a live generation. LOCKED. */
  drain(connection: string, generation: string): Promise<Lock>;
  /** The same where nobody does so; else null. */
  drainIfFree(connection: string, generation: string): Lock | null;
  buildIfFree(connection: string): Lock | null;
  /** The sources are being compared with the catalog and read. Whoever waits for it finds it done. LOCKED only where a wait was given. */
  sources(): Promise<Lock>;
  /** Runs what appends to the change log, or must not be disturbed by those who do. Within it more of the same may be run. */
  logging<T>(work: () => Promise<T>): Promise<T>;
  /** Another generation becomes the live one, or some are dropped. Held for milliseconds. */
  swapping<T>(connection: string, work: () => Promise<T>): Promise<T>;
  /** The kept texts are being built anew; null: somebody else does so. */
  textsIfFree(): Lock | null;
  /** Removes what dead processes left. */
  sweep(): void;
}

/** Of what is held for moments only. */
const MOMENTS = 60;
/** A file name may have 255 bytes. */
const LONGEST_NAME = 200;

export function siteLocks({ dataDir, purpose, wait, now, sleep, signal, log }: LockPlace): SiteLocks {
  const directory = join(dataDir, 'locks');
  const common = { directory, purpose, now, sleep, signal, onWait: (who: string) => log('warn', who) };
  const take = (name: string, busy: string, seconds: number | null) =>
    takeLock({ ...common, name: fileName(name), busy, wait: seconds });
  const ifFree = (name: string) => {
    const options: Omit<LockOptions, 'wait' | 'sleep'> = { ...common, name: fileName(name), busy: '' };
    return takeIfFree(options);
  };
  let logging = 0;
  let logLock: Promise<Lock> | null = null;

  return {
    build: (connection) =>
      take(`build~${connection}`, `Connection "${connection}" is being written`, wait ?? 0),
    buildIfFree: (connection) => ifFree(`build~${connection}`),
    drain: (connection, generation) =>
      take(`drain~${connection}~${generation}`, `Connection "${connection}" is being written`, wait ?? 0),
    drainIfFree: (connection, generation) => ifFree(`drain~${connection}~${generation}`),
    sources: () => take('sources', 'The sources are being read', wait ?? null),
    async logging(work) {
      logging++;
      logLock ??= take('log', 'The change log is being written', null);
      const taken = logLock;
      try {
        await taken;
        return await work();
      } finally {
        logging--;
        if (logging === 0) {
          logLock = null;
          await taken.then(
            (lock) => lock.release(),
            () => undefined,
          );
        }
      }
    },
    async swapping(connection, work) {
      const lock = await take(
        `swap~${connection}`,
        `The live generation of connection "${connection}" is being changed`,
        Math.max(wait ?? 0, MOMENTS),
      );
      try {
        return await work();
      } finally {
        lock.release();
      }
    },
    textsIfFree: () => ifFree('texts'),
    sweep: () => sweepLocks(directory, now),
  };
}

/** Who builds a new generation of a connection, or empties it, for people; null: nobody. */
export function builderOf(dataDir: string, connection: string, now: () => number): string | null {
  return holderOf(join(dataDir, 'locks'), fileName(`build~${connection}`), now);
}

/** No connection and no generation has a `~` in its name. */
function fileName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 33)}~${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}
