import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DeclaredField,
  FILE_MODE,
  type GenerationFolders,
  type GenerationInfo,
  generationFolders,
  HayrickError,
} from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { translate } from './database.ts';
import { INDEX_VERSION, indexDdl } from './ddl.ts';

const DATABASE = 'index.db';

/** A folder each, with a database in it. */
export function foldersIn(directory: string): GenerationFolders {
  return generationFolders(directory, DATABASE);
}

export function databasePath(directory: string, generation: string): string {
  return join(directory, generation, DATABASE);
}

/** Makes the folder and the empty tables of a new generation; answers its name. */
export function createGeneration(
  directory: string,
  fields: readonly DeclaredField[],
  options: { readonly fingerprint: string; readonly now: number },
): string {
  const name = foldersIn(directory).create();
  const path = databasePath(directory, name);
  // SQLite would go by the umask; its side files take over the mode of the file itself.
  closeSync(openSync(path, 'a', FILE_MODE));
  return translate(path, () => {
    const db = new Database(path);
    db.pragma('page_size = 8192');
    db.pragma('synchronous = OFF');
    db.transaction(() => {
      db.exec(indexDdl(fields));
      const meta = db.prepare<[string, string]>('INSERT INTO meta VALUES(?, ?)');
      meta.run('fingerprint', options.fingerprint);
      meta.run('created', String(options.now));
      meta.run('applied', '0');
      db.pragma(`user_version = ${INDEX_VERSION}`);
    })();
    db.close();
    return name;
  });
}

/** Takes back what a killed load left half written, which a connection that only reads may not do. */
export function recoverGeneration(directory: string, generation: string): void {
  const path = databasePath(directory, generation);
  translate(path, () => {
    const db = new Database(path, { fileMustExist: true, timeout: 0 });
    try {
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      db.close();
    }
  });
}

/**
 * All generations by age. One that cannot be read is told as it stands, so that the others can be used and it can be replaced: a torn or
 * locked one as being built, a damaged live one without a fingerprint.
 */
export function describeGenerations(directory: string): GenerationInfo[] {
  const folders = foldersIn(directory);
  const live = folders.current();
  return folders.list().map((name) => {
    try {
      return describeGeneration(directory, name, live, { older: true });
    } catch (error) {
      if (!(error instanceof HayrickError) || error.code === 'INDEX_TOO_NEW') throw error;
      if (name === live && error.code !== 'INDEX_DAMAGED') throw error;
      return {
        name,
        state: name === live ? 'live' : 'building',
        documents: 0,
        applied: 0,
        bytes: bytesOf(directory, name),
        fingerprint: '',
        createdAt: 0,
        notes: [error.message],
      };
    }
  });
}

/**
 * @param options.older one of an older format is told without a fingerprint; else it is refused
 * @throws HayrickError INDEX_TOO_NEW, INDEX_DAMAGED, REBUILD_NEEDED
 */
export function describeGeneration(
  directory: string,
  generation: string,
  live: string | null,
  { older = false } = {},
): GenerationInfo {
  const path = databasePath(directory, generation);
  return translate(path, () => {
    // A generation that is being built is locked until it is whole.
    const db = new Database(path, { readonly: true, timeout: generation === live ? 10_000 : 0 });
    try {
      const version = versionOf(path, db);
      const outdated = version < INDEX_VERSION ? olderFormat(path, version) : null;
      if (outdated !== null && !older) throw outdated;
      const meta = new Map(
        db
          .prepare<[], { name: string; value: string }>('SELECT name, value FROM meta')
          .all()
          .map((r) => [r.name, r.value]),
      );
      const count = (table: string) =>
        db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;
      const documents = count('doc');
      const late = count('late');
      const state = generation === live ? 'live' : meta.get('finished') === '1' ? 'kept' : 'building';
      return {
        name: generation,
        state,
        documents,
        applied: Number(meta.get('applied') ?? 0),
        bytes: bytesOf(directory, generation),
        fingerprint: outdated === null ? (meta.get('fingerprint') ?? '') : '',
        createdAt: Number(meta.get('created') ?? 0),
        notes: outdated === null ? lateNotes(late, documents) : [outdated.message],
      };
    } finally {
      db.close();
    }
  });
}

/** @throws HayrickError INDEX_TOO_NEW */
function versionOf(path: string, db: Database.Database): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version <= INDEX_VERSION) return version;
  throw new HayrickError(
    'INDEX_TOO_NEW',
    `The index ${path} was written by a newer Hayrick (its format is ${version}, this one knows ${INDEX_VERSION}). Use that version, or run rebuild_index with another dataDir.`,
  );
}

function olderFormat(path: string, version: number): HayrickError {
  return new HayrickError(
    'REBUILD_NEEDED',
    `The index ${path} was written by an older Hayrick (its format is ${version}, this one knows ${INDEX_VERSION}). Run rebuild_index: it builds a new one beside it.`,
  );
}

function lateNotes(late: number, documents: number): string[] {
  if (late === 0) return [];
  const advice = late > documents * 0.05 ? '; over 5 %: rebuild_index puts them in order' : '';
  return [`${late} documents arrived out of date order${advice}`];
}

function bytesOf(directory: string, generation: string): number {
  const folder = join(directory, generation);
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
