import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type DeclaredField, type GenerationInfo, HayrickError } from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { translate } from './database.ts';
import { INDEX_VERSION, indexDdl } from './ddl.ts';

/** Generations are folders g1, g2, …; the file CURRENT names the live one, the file LAST holds the highest number that was ever given. */
const NAME = /^g(\d+)$/;
/** Of folders on their way out. */
const DROPPED = 'dropped-';

export function databasePath(directory: string, generation: string): string {
  return join(directory, generation, 'index.db');
}

export function readCurrent(directory: string): string | null {
  const path = join(directory, 'CURRENT');
  if (!existsSync(path)) return null;
  const name = readFileSync(path, 'utf8').trim();
  return NAME.test(name) && existsSync(databasePath(directory, name)) ? name : null;
}

/** Switches readers over. */
export function writeCurrent(directory: string, generation: string): void {
  replaceFile(directory, 'CURRENT', `${generation}\n`);
}

/** Written beside, synced, renamed, and the folder synced. */
function replaceFile(directory: string, name: string, text: string): void {
  const beside = join(directory, `${name}.new`);
  const descriptor = openSync(beside, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, join(directory, name));
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function listGenerations(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => NAME.test(name) && existsSync(databasePath(directory, name)))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

/** @throws HayrickError GENERATION_NONE for a name that no generation has */
export function requireGeneration(directory: string, generation: string): void {
  if (NAME.test(generation) && existsSync(databasePath(directory, generation))) return;
  throw new HayrickError(
    'GENERATION_NONE',
    `There is no generation "${generation}" in ${directory}. Run rebuild_index to make one.`,
  );
}

/** Makes the folder and the empty tables of a new generation; answers its name. What a killed drop left behind goes. */
export function createGeneration(
  directory: string,
  fields: readonly DeclaredField[],
  options: { readonly fingerprint: string; readonly now: number },
): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const folders = readdirSync(directory);
  const torn = folders.filter((name) => name.startsWith(DROPPED));
  for (const name of torn) rmSync(join(directory, name), { recursive: true, force: true });
  const number = Math.max(lastNumber(directory), ...folders.map(numberOf)) + 1;
  // Before the folder: a number is given once, whatever becomes of it.
  replaceFile(directory, 'LAST', `${number}\n`);
  const name = `g${number}`;
  const path = databasePath(directory, name);
  mkdirSync(join(directory, name), { recursive: true, mode: 0o700 });
  // SQLite would go by the umask; its side files take over the mode of the file itself.
  closeSync(openSync(path, 'a', 0o600));
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

/** Renamed first: half a generation must not be taken for one. */
export function dropGeneration(directory: string, generation: string): void {
  const aside = join(directory, `${DROPPED}${generation}`);
  renameSync(join(directory, generation), aside);
  rmSync(aside, { recursive: true, force: true });
}

/**
 * All generations by age. One that cannot be read is told as it stands, so that the others can be used and it can be replaced: a torn or
 * locked one as being built, a damaged live one without a fingerprint.
 */
export function describeGenerations(directory: string): GenerationInfo[] {
  const live = readCurrent(directory);
  return listGenerations(directory).map((name) => {
    try {
      return describeGeneration(directory, name, live);
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

export function describeGeneration(
  directory: string,
  generation: string,
  live: string | null,
): GenerationInfo {
  const path = databasePath(directory, generation);
  return translate(path, () => {
    // A generation that is being built is locked until it is whole.
    const db = new Database(path, { readonly: true, timeout: generation === live ? 10_000 : 0 });
    try {
      checkVersion(path, Number(db.pragma('user_version', { simple: true })));
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
        fingerprint: meta.get('fingerprint') ?? '',
        createdAt: Number(meta.get('created') ?? 0),
        notes: lateNotes(late, documents),
      };
    } finally {
      db.close();
    }
  });
}

function checkVersion(path: string, version: number): void {
  if (version > INDEX_VERSION) {
    throw new HayrickError(
      'INDEX_TOO_NEW',
      `The index ${path} was written by a newer Hayrick (its format is ${version}, this one knows ${INDEX_VERSION}). Use that version, or run rebuild_index with another dataDir.`,
    );
  }
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

function lastNumber(directory: string): number {
  const path = join(directory, 'LAST');
  const number = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  return Number.isSafeInteger(number) ? number : 0;
}

function numberOf(generation: string): number {
  return Number(NAME.exec(generation)?.[1] ?? 0);
}
