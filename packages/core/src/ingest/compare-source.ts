import type { Catalog } from '../catalog/catalog.ts';
import type { FileRecord, FolderStamp } from '../catalog/file-records.ts';
import { HayrickError } from '../errors.ts';
import {
  compareFile,
  isSettled,
  type LookAtFile,
  listFiles,
  MAILDIR_FOLDERS,
  maildirNames,
  type ReadCounters,
  type SeenFiles,
  type Source,
  type SourceFile,
  statFile,
} from '../source/index.ts';

/** A file that the catalog knows and that is not as it was. */
export interface KnownFile {
  readonly record: FileRecord;
  readonly file: SourceFile;
}

/** What a source holds now beside what the catalog knows of it. */
export interface SourceComparison {
  /** Unix milliseconds, before anything was looked at. */
  readonly lookedAt: number;
  /** Names that the catalog does not know: new files, and old ones under new names. */
  readonly unknown: readonly string[];
  /** Files that are not where they were: gone, or under another name. */
  readonly missing: readonly FileRecord[];
  readonly grown: readonly KnownFile[];
  readonly changed: readonly KnownFile[];
  /** As they were, but not read to their end yet. */
  readonly unfinished: readonly FileRecord[];
  /** As they were, at a later look. */
  readonly settled: readonly KnownFile[];
  /** Folders that were listed, as they were before it. */
  readonly folders: readonly FolderStamp[];
  readonly problems: readonly { readonly name: string; readonly message: string }[];
}

export interface CompareOptions {
  /** Every file counts as changed. */
  readonly full: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly counters: ReadCounters;
  readonly look: LookAtFile;
  /** What other sources of the archive have shown already is left out. */
  readonly seen: SeenFiles;
}

/** Files that are compared at a time. */
const SOME = 1000;

/**
 * Compares a source with what the catalog knows of it; writes nothing. Folders of a Maildir whose stamp is as it was are not listed: nothing
 * was added to them or taken away, and messages in a Maildir are not written again under their name (only `full` reads those anew). Of
 * other sources every file is looked at, and none is opened whose identity, size and stamp are as they were; what another source of the
 * archive has shown already does not count.
 * @param key of the source in the catalog; null where it knows none of it
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE where it cannot be listed
 */
export async function compareSource(
  catalog: Catalog,
  source: Source,
  key: number | null,
  options: CompareOptions,
): Promise<SourceComparison> {
  const comparison = new Comparison(source, options);
  if (source.kind === 'maildir') await compareMaildir(catalog, source, key, comparison, options);
  else await compareFiles(catalog, source, key, comparison, options);
  return comparison;
}

async function compareFiles(
  catalog: Catalog,
  source: Source,
  key: number | null,
  comparison: Comparison,
  { look, seen }: CompareOptions,
): Promise<void> {
  const found = (await listFiles(source, look)).filter((file) => seen.enter(file));
  let known = 0;
  for (let i = 0; i < found.length; i += SOME) {
    const some = found.slice(i, i + SOME);
    const records =
      key === null
        ? []
        : await catalog.filesNamed(
            key,
            some.map((file) => file.name),
          );
    for (const [j, file] of some.entries()) {
      const record = records[j] ?? null;
      if (record === null) comparison.unknown.push(file.name);
      else {
        known++;
        comparison.compare(record, file);
      }
    }
  }
  if (key === null || known === (await catalog.countFiles(key, ''))) return;
  const names = new Set(found.map((file) => file.name));
  for await (const record of filesOf(catalog, key, '')) {
    if (!names.has(record.name)) comparison.missing.push(record);
  }
}

async function compareMaildir(
  catalog: Catalog,
  source: Source,
  key: number | null,
  comparison: Comparison,
  { full }: CompareOptions,
): Promise<void> {
  const before = new Map(
    (key === null ? [] : await catalog.folders(key)).map((stamp) => [stamp.name, stamp]),
  );
  const missing = new Set<string>();
  for (const folder of MAILDIR_FOLDERS) {
    const stamp = comparison.stampOf(folder);
    const old = before.get(folder);
    if (!full && stamp !== null && old !== undefined && isSettled(old) && isSameFolder(old, stamp)) continue;
    const names = maildirNames(source.path, folder);
    if (stamp !== null) comparison.folders.push(stamp);
    const unknown = key === null ? names : await unknownOf(catalog, key, names);
    for (const name of unknown) comparison.unknown.push(name);
    if (key === null) continue;
    if (full) await comparison.compareAll(catalog, key, names);
    if (names.length - unknown.length === (await catalog.countFiles(key, `${folder}/`))) continue;
    const present = new Set(names);
    for await (const record of filesOf(catalog, key, `${folder}/`)) {
      if (present.has(record.name)) continue;
      comparison.missing.push(record);
      missing.add(record.name);
    }
  }
  if (key === null || full) return;
  // Half written when it was looked at, or not read yet: the folder's stamp says nothing of these.
  for (let at: string | null = null; ; ) {
    const some: readonly FileRecord[] = await catalog.openFiles(key, at, SOME);
    for (const record of some) {
      if (!missing.has(record.name)) comparison.compareAgain(record);
    }
    const last = some.at(-1);
    if (last === undefined) return;
    at = last.name;
  }
}

async function unknownOf(catalog: Catalog, key: number, names: readonly string[]): Promise<string[]> {
  const unknown: string[] = [];
  for (let i = 0; i < names.length; i += SOME) {
    unknown.push(...(await catalog.unknownNames(key, names.slice(i, i + SOME))));
  }
  return unknown;
}

/** All files of a source whose names begin so. */
export async function* filesOf(catalog: Catalog, key: number, beginning: string): AsyncGenerator<FileRecord> {
  for (let at: string | null = beginning === '' ? null : beginning; ; ) {
    const some: readonly FileRecord[] = await catalog.files(key, at, SOME);
    for (const record of some) {
      if (!record.name.startsWith(beginning)) return;
      yield record;
    }
    const last = some.at(-1);
    if (last === undefined) return;
    at = last.name;
  }
}

function isSameFolder(old: FolderStamp, now: FolderStamp): boolean {
  return old.device === now.device && old.inode === now.inode && old.mtimeNs === now.mtimeNs;
}

/** Gathers what is found. */
class Comparison implements SourceComparison {
  readonly lookedAt: number;
  readonly unknown: string[] = [];
  readonly missing: FileRecord[] = [];
  readonly grown: KnownFile[] = [];
  readonly changed: KnownFile[] = [];
  readonly unfinished: FileRecord[] = [];
  readonly settled: KnownFile[] = [];
  readonly folders: FolderStamp[] = [];
  readonly problems: { name: string; message: string }[] = [];
  readonly #source: Source;
  readonly #full: boolean;
  readonly #counters: ReadCounters;

  constructor(source: Source, { full, now, counters }: CompareOptions) {
    this.lookedAt = now();
    this.#source = source;
    this.#full = full;
    this.#counters = counters;
  }

  compare(record: FileRecord, file: SourceFile): void {
    this.#guarded(file.name, () => {
      const change = this.#full ? 'changed' : compareFile(this.#source, record, file, this.#counters);
      if (change === 'grown') this.grown.push({ record, file });
      else if (change === 'changed') this.changed.push({ record, file });
      else {
        const moved = record.inode !== file.inode || record.device !== file.device;
        if (moved || !isSettled(record)) this.settled.push({ record, file });
        if (!record.complete) this.unfinished.push(record);
      }
    });
  }

  /** The same of a file that may be gone meanwhile: the next run sees to it. */
  compareAgain(record: FileRecord): void {
    this.#guarded(record.name, () => {
      const file = statFile({ ...this.#source, name: record.name });
      if (file !== null) this.compare(record, file);
    });
  }

  async compareAll(catalog: Catalog, key: number, names: readonly string[]): Promise<void> {
    for (let i = 0; i < names.length; i += SOME) {
      for (const record of await catalog.filesNamed(key, names.slice(i, i + SOME))) {
        if (record !== null) this.compareAgain(record);
      }
    }
  }

  stampOf(folder: string): FolderStamp | null {
    const stat = statFile({ ...this.#source, name: folder });
    if (stat === null) return null;
    const { name, device, inode, mtimeNs } = stat;
    return { name, device, inode, mtimeNs, lookedAt: this.lookedAt };
  }

  #guarded(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof HayrickError) || !error.code.startsWith('SOURCE_')) throw error;
      // Gone since the folder was listed: the next run sees to it.
      if (error.code === 'SOURCE_MISSING' && name !== '') return;
      this.problems.push({ name, message: error.message });
    }
  }
}
