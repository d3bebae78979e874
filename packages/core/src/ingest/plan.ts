import { resolve } from 'node:path';
import type { Catalog, FileRecord, FoundFile, SourceRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import { compareFile, listFiles, maildirUnique, readFileState, recognise } from '../source/index.ts';
import type { Source, SourceFile } from '../source/source.ts';
import type { SourceProblem } from './report.ts';
import type { UnitFile } from './worker-protocol.ts';

/** A file with something to read in it. */
export interface PlannedFile {
  readonly file: UnitFile;
  readonly archive: string;
  readonly size: number;
  /** Read on from here. */
  readonly from: number;
}

/** What is to be read of one archive, and what of it is known already. */
export interface ArchivePlan {
  readonly archive: string;
  readonly toRead: readonly PlannedFile[];
  /** Keys of files that are gone. Recorded as lost once the rest is read: what has moved meanwhile is then no loss. */
  readonly gone: readonly number[];
  /** Known sources that could not be looked for: their disk may not be mounted, so nothing of them is gone. */
  readonly unreached: readonly SourceRecord[];
  readonly problems: readonly SourceProblem[];
}

export interface PlanOptions {
  /** Read every file again, whatever its stamp says. */
  readonly full: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Looks at the sources of an archive and compares them with the catalog: files that are new, grown or changed will be read,
 * renamed ones are renamed in the catalog, vanished ones are told. A path at which nothing is found at all is a problem, and
 * nothing of it is lost: it may be a disk that is not mounted. A file that cannot be read is a problem of its own.
 */
export async function planArchive(
  catalog: Catalog,
  archive: ArchiveSettings,
  options: PlanOptions,
): Promise<ArchivePlan> {
  const problems: SourceProblem[] = [];
  const toRead: PlannedFile[] = [];
  const sources = new Map<string, Source>();
  const blind: string[] = [];
  const problem = (path: string, message: string) => problems.push({ archive: archive.name, path, message });
  for (const path of archive.paths) {
    try {
      const found = await recognise(path, readableKind(archive));
      for (const source of found.sources) sources.set(source.path, source);
      for (const { path: ignored, code, reason } of found.ignored) {
        const passedOver = code === 'SOURCE_UNKNOWN_KIND';
        problems.push({ archive: archive.name, path: ignored, message: reason, passedOver });
        if (!passedOver) blind.push(ignored);
      }
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
      problem(path, error.message);
      blind.push(resolve(path));
    }
  }
  const keys = new Set<number>();
  const gone: number[] = [];
  for (const source of sources.values()) {
    try {
      const record = await catalog.source(archive.name, source.kind, source.path);
      keys.add(record.key);
      const plan = await planSource(catalog, archive.name, source, record, options);
      toRead.push(...plan.toRead);
      gone.push(...plan.gone);
      problems.push(...plan.problems);
    } catch (error) {
      if (!isSourceError(error)) throw error;
      problem(source.path, error.message);
    }
  }
  const unreached: SourceRecord[] = [];
  for (const record of await catalog.sources()) {
    if (record.archive !== archive.name || keys.has(record.key)) continue;
    if (blind.some((path) => covers(path, record.path))) unreached.push(record);
    else gone.push(...(await catalog.files(record.key)).map(({ key }) => key));
  }
  return { archive: archive.name, toRead, gone, unreached, problems };
}

/** Whether a source was found, or would be found, at a path of the settings. Of a pattern its fixed beginning decides. */
function covers(path: string, source: string): boolean {
  const wild = path.search(/[*?[{]/);
  if (source === path || source.startsWith(`${path}/`)) return true;
  return wild !== -1 && source.startsWith(path.slice(0, path.lastIndexOf('/', wild) + 1));
}

function isSourceError(error: unknown): error is HayrickError {
  return error instanceof HayrickError && error.code.startsWith('SOURCE_');
}

async function planSource(
  catalog: Catalog,
  archive: string,
  source: Source,
  record: SourceRecord,
  { full, now }: PlanOptions,
): Promise<Pick<ArchivePlan, 'toRead' | 'gone' | 'problems'>> {
  const lookedAt = now();
  const found = await listFiles(source);
  const { known, gone } = await matchKnown(catalog, source, record.key, found);
  const problems: SourceProblem[] = [];
  const fresh: FoundFile[] = [];
  const grown: FoundFile[] = [];
  const changed: FoundFile[] = [];
  const toRead: PlannedFile[] = [];
  const planned = (key: number, file: FoundFile, from: number) => {
    const { name, compression, size } = file;
    toRead.push({
      file: { key, kind: source.kind, path: source.path, name, compression },
      archive,
      size,
      from,
    });
  };
  const sort = (file: SourceFile) => {
    const old = known.get(file.name);
    const change = old === undefined ? 'fresh' : full ? 'changed' : compareFile(source, old, file);
    if (change === 'same') {
      if (old !== undefined && !old.complete) planned(old.key, old, old.readTo);
      return;
    }
    const state = readFileState(source, file, lookedAt);
    if (change === 'fresh') fresh.push(state);
    else if (change === 'grown') grown.push(state);
    else changed.push(state);
  };
  for (const file of found) {
    try {
      sort(file);
    } catch (error) {
      if (!isSourceError(error)) throw error;
      // Gone since the folder was listed: the next run sees to it.
      if (error.code === 'SOURCE_MISSING' && file.name !== '') continue;
      const path = file.name === '' ? source.path : `${source.path}/${file.name}`;
      problems.push({ archive, path, message: error.message });
    }
  }
  const put = async (files: readonly FoundFile[], restart: boolean, from: (file: FoundFile) => number) => {
    const keys = files.length === 0 ? [] : await catalog.putFiles(record.key, files, { restart });
    files.forEach((file, i) => {
      planned(keys[i] ?? 0, file, from(file));
    });
  };
  await put(fresh, false, () => 0);
  await put(grown, false, (file) => known.get(file.name)?.readTo ?? 0);
  await put(changed, true, () => 0);
  return { toRead, gone, problems };
}

/** The catalog's files by the name they have now, renames being recorded, and the keys of those that are gone. */
async function matchKnown(
  catalog: Catalog,
  source: Source,
  key: number,
  found: readonly SourceFile[],
): Promise<{ readonly known: ReadonlyMap<string, FileRecord>; readonly gone: readonly number[] }> {
  const records = await catalog.files(key);
  const names = new Set(found.map((f) => f.name));
  const known = new Map<string, FileRecord>();
  const missing: FileRecord[] = [];
  for (const record of records) {
    if (names.has(record.name)) known.set(record.name, record);
    else missing.push(record);
  }
  const movedTo = new Map(
    found.filter((f) => !known.has(f.name)).map((f) => [identityOf(source, f), f.name]),
  );
  const gone: number[] = [];
  for (const record of missing) {
    const name = movedTo.get(identityOf(source, record));
    if (name === undefined || known.has(name)) {
      gone.push(record.key);
    } else {
      await catalog.renameFile(record.key, name);
      known.set(name, { ...record, name });
    }
  }
  return { known, gone };
}

/** What a file keeps when it is renamed: in a Maildir the unique part of its name, elsewhere its number on the disk. */
function identityOf(source: Source, file: SourceFile): string {
  return source.kind === 'maildir' ? maildirUnique(file.name) : `${file.device}:${file.inode}`;
}

function readableKind({ kind, name }: ArchiveSettings): Source['kind'] | undefined {
  if (kind === null) return undefined;
  if (kind !== 'public-inbox') return kind;
  throw new HayrickError(
    'SETTINGS_INVALID',
    `archives.${name}.kind: "${kind}" is not read by this version. Use another kind, or leave it out.`,
  );
}
