import { existsSync, statSync } from 'node:fs';
import type { Catalog } from '../catalog/catalog.ts';
import type { Look } from '../catalog/file-records.ts';
import { type FileLook, isSettled, type LookAtFile, lookAtFile, type ReadCounters } from '../source/index.ts';

export interface LookOptions {
  /** Forget what is remembered. */
  readonly full: boolean;
  /** The catalog stays as it is. */
  readonly dryRun: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly counters: ReadCounters;
}

export interface LookMemory {
  readonly look: LookAtFile;
  /** Remembers what was seen, and forgets files that are gone. */
  end(): Promise<void>;
}

/** Raised whenever files may be taken for something else than before. */
const LOOK_FORMAT = 1;
/** Looks that are written, and paths that are checked, at a time. */
const SOME = 1000;

/** Looks at the files of an archive, and opens only those that have changed since they were looked at. */
export function rememberLooks(catalog: Catalog, archive: string, options: LookOptions): LookMemory {
  const { full, dryRun, now, counters } = options;
  const seen = new Set<string>();
  const fresh = new Map<string, FileLook>();
  let unwritten: Look[] = [];

  async function write(): Promise<void> {
    if (!dryRun && unwritten.length > 0) await catalog.putLooks(archive, unwritten);
    unwritten = [];
    fresh.clear();
  }

  async function look(path: string): Promise<FileLook> {
    const lookedAt = now();
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return lookAtFile(path, counters);
    const { dev: device, ino: inode, mtimeNs } = stat;
    const size = Number(stat.size);
    const justSeen = fresh.get(path);
    if (justSeen !== undefined) return justSeen;
    const known = full && !seen.has(path) ? null : await catalog.look(archive, path);
    seen.add(path);
    if (known !== null && isSettled(known)) {
      const same = known.device === device && known.inode === inode && known.size === size;
      const said = same && known.mtimeNs === mtimeNs ? lookOf(known.said) : null;
      if (said !== null) return said;
    }
    const found = await lookAtFile(path, counters);
    const said = JSON.stringify({ format: LOOK_FORMAT, ...found });
    unwritten.push({ path, device, inode, size, mtimeNs, lookedAt, said });
    fresh.set(path, found);
    if (unwritten.length === SOME) await write();
    return found;
  }

  return {
    look,
    async end() {
      await write();
      if (dryRun || (await catalog.countLooks(archive)) <= seen.size) return;
      for (let at = ''; ; ) {
        const paths = await catalog.looksAfter(archive, at, SOME);
        const last = paths.at(-1);
        if (last === undefined) return;
        await catalog.dropLooks(
          archive,
          paths.filter((path) => !seen.has(path) && !existsSync(path)),
        );
        at = last;
      }
    },
  };
}

/** What was said in another format says nothing. */
function lookOf(said: string): FileLook | null {
  const { format, ...look } = JSON.parse(said) as FileLook & { readonly format: number };
  return format === LOOK_FORMAT ? look : null;
}
