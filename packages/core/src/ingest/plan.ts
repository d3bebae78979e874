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
  /** It is read anew from the start: copies not seen again are lost. */
  readonly sweep: boolean;
}

/** What is to be read of one archive, and what of it is known already. */
export interface ArchivePlan {
  readonly archive: string;
  readonly toRead: readonly PlannedFile[];
  /** Keys of the sources that were found. */
  readonly sources: readonly number[];
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
 * renamed ones are renamed in the catalog, vanished ones are recorded as lost. A path that is missing altogether is a problem, and
 * nothing of it is lost: it may be a disk that is not mounted.
 */
export async function planArchive(
  catalog: Catalog,
  archive: ArchiveSettings,
  options: PlanOptions,
): Promise<ArchivePlan> {
  const problems: SourceProblem[] = [];
  const toRead: PlannedFile[] = [];
  const sources = new Map<string, Source>();
  const problem = (path: string, message: string) => problems.push({ archive: archive.name, path, message });
  for (const path of archive.paths) {
    try {
      const found = await recognise(path, readableKind(archive));
      for (const source of found.sources) sources.set(source.path, source);
      for (const { path: ignored, code, reason } of found.ignored) {
        const passedOver = code === 'SOURCE_UNKNOWN_KIND';
        problems.push({ archive: archive.name, path: ignored, message: reason, passedOver });
      }
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
      problem(path, error.message);
    }
  }
  const keys: number[] = [];
  for (const source of sources.values()) {
    try {
      const record = await catalog.source(archive.name, source.kind, source.path);
      keys.push(record.key);
      toRead.push(...(await planSource(catalog, archive.name, source, record, options)));
    } catch (error) {
      if (!(error instanceof HayrickError) || !error.code.startsWith('SOURCE_')) throw error;
      problem(source.path, error.message);
    }
  }
  return { archive: archive.name, toRead, sources: keys, problems };
}

async function planSource(
  catalog: Catalog,
  archive: string,
  source: Source,
  record: SourceRecord,
  { full, now }: PlanOptions,
): Promise<PlannedFile[]> {
  const lookedAt = now();
  const found = await listFiles(source);
  const known = await matchKnown(catalog, source, record.key, found);
  const fresh: FoundFile[] = [];
  const grown: FoundFile[] = [];
  const changed: FoundFile[] = [];
  const toRead: PlannedFile[] = [];
  const planned = (key: number, file: FoundFile, from: number, sweep: boolean) => {
    const { name, compression, size } = file;
    toRead.push({
      file: { key, kind: source.kind, path: source.path, name, compression },
      archive,
      size,
      from,
      sweep,
    });
  };
  for (const file of found) {
    const old = known.get(file.name);
    if (old === undefined) {
      fresh.push(readFileState(source, file, lookedAt));
      continue;
    }
    const change = full ? 'changed' : compareFile(source, old, file);
    if (change === 'changed') changed.push(readFileState(source, file, lookedAt));
    else if (change === 'grown') grown.push(readFileState(source, file, lookedAt));
    else if (!old.complete) planned(old.key, old, old.readTo, false);
  }
  const put = async (files: readonly FoundFile[], restart: boolean, from: (file: FoundFile) => number) => {
    const keys = files.length === 0 ? [] : await catalog.putFiles(record.key, files, { restart });
    files.forEach((file, i) => {
      planned(keys[i] ?? 0, file, from(file), restart);
    });
  };
  await put(fresh, false, () => 0);
  await put(grown, false, (file) => known.get(file.name)?.readTo ?? 0);
  await put(changed, true, () => 0);
  return toRead;
}

/** The catalog's files by the name they have now. Renames are recorded, and what is gone is recorded as lost. */
async function matchKnown(
  catalog: Catalog,
  source: Source,
  key: number,
  found: readonly SourceFile[],
): Promise<Map<string, FileRecord>> {
  const records = await catalog.files(key);
  const names = new Set(found.map((f) => f.name));
  const known = new Map<string, FileRecord>();
  const missing: FileRecord[] = [];
  for (const record of records) {
    if (names.has(record.name)) known.set(record.name, record);
    else missing.push(record);
  }
  if (missing.length === 0) return known;
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
  if (gone.length > 0) await catalog.loseFiles(gone);
  return known;
}

/** What a file keeps when it is renamed: in a Maildir the unique part of its name, elsewhere its number on the disk. */
function identityOf(source: Source, file: SourceFile): string {
  return source.kind === 'maildir' ? maildirUnique(file.name) : `${file.device}:${file.inode}`;
}

function readableKind({ kind, name }: ArchiveSettings): Source['kind'] | undefined {
  if (kind === null) return undefined;
  if (kind === 'mbox' || kind === 'maildir' || kind === 'eml') return kind;
  throw new HayrickError(
    'SETTINGS_INVALID',
    `archives.${name}.kind: "${kind}" is not read by this version. Use mbox, maildir or eml, or leave it out.`,
  );
}
