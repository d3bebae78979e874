import type { Catalog } from '../catalog/catalog.ts';
import type { FileRecord, SourceRecord } from '../catalog/file-records.ts';
import { maildirUnique, type Source, type SourceFile } from '../source/index.ts';
import { filesOf } from './compare-source.ts';

/** Files that are not where they were, to be found again under new names in one source. */
export interface MovedHere {
  /** The file that this one was; each is given once. */
  take(file: SourceFile): FileRecord | null;
}

/** The same over the sources of an archive. */
export interface MovedFiles {
  take(source: Source, file: SourceFile): FileRecord | null;
}

interface Compared {
  readonly source: Source;
  readonly missing: readonly FileRecord[];
  readonly unknown: readonly string[];
}

/**
 * What a file keeps when it is renamed within its source: in a Maildir the unique part of its name, elsewhere its number on the disk.
 * @param taken keys of files that were found again
 */
export function movedWithin(source: Source, missing: readonly FileRecord[], taken: Set<number>): MovedHere {
  const identity = ({ name, device, inode }: SourceFile) =>
    source.kind === 'maildir' ? maildirUnique(name) : `${device}:${inode}`;
  const files = new Map(missing.map((record) => [identity(record), record]));
  return {
    take: (file) => takeOnce(files.get(identity(file)), taken),
  };
}

/**
 * A file that came from another source of the archive was there under the same number on the disk, of the same size and with the same stamp: a
 * mailbox that was renamed, a message that was moved to another folder of a Maildir.
 * @param gone sources that are no longer there
 * @param taken keys of files that were found again
 */
export async function movedBetween(
  catalog: Catalog,
  compared: readonly Compared[],
  gone: readonly SourceRecord[],
  taken: Set<number>,
): Promise<MovedFiles> {
  const files = new Map<string, FileRecord>();
  if (compared.every(({ unknown }) => unknown.length === 0)) return { take: () => null };
  for (const { source, missing } of compared) {
    for (const record of missing) files.set(identityOf(source, record), record);
  }
  for (const source of gone) {
    for await (const record of filesOf(catalog, source.key, ''))
      files.set(identityOf(source, record), record);
  }
  return {
    take: (source, file) => takeOnce(files.get(identityOf(source, file)), taken),
  };
}

function takeOnce(record: FileRecord | undefined, taken: Set<number>): FileRecord | null {
  if (record === undefined || taken.has(record.key)) return null;
  taken.add(record.key);
  return record;
}

function identityOf({ kind }: Pick<Source, 'kind'>, { device, inode, size, mtimeNs }: SourceFile): string {
  return `${kind}:${device}:${inode}:${size}:${mtimeNs}`;
}
