import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog, FileCounts, FoundFile, PendingChange, ScannedMessage } from '@hayrick/core/catalog';
import Database from 'better-sqlite3';
import { openCatalog } from '../src/index.ts';

/** The clock of these tests, in seconds: every message is of this day unless told otherwise. */
export const NOW = 1_600_000_000;
const DATE = 1_580_000_000;

/** A catalog in a folder of its own. */
export interface Rig {
  readonly path: string;
  readonly catalog: Catalog;
  /** Closes it and opens it again, as another run would. */
  reopen(): Promise<Catalog>;
  remove(): Promise<void>;
}

export async function openRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'hayrick-catalog-'));
  const path = join(folder, 'catalog.db');
  const open = () => openCatalog({ path, now: () => NOW * 1000 });
  let catalog = await open();
  return {
    path,
    get catalog() {
      return catalog;
    },
    async reopen() {
      await catalog.close();
      catalog = await open();
      return catalog;
    },
    async remove() {
      await catalog.close();
      checkCounts(path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An id whose first digits are the name's, so that names sort as ids do. */
export function idOf(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);
}

/** A message as it was read: the same name is the same message. */
export function scanned(
  name: string,
  offset: number,
  more: { readonly received?: number; readonly size?: number; readonly length?: number } = {},
): ScannedMessage {
  return {
    identity: {
      id: idOf(name),
      messageId: `${name}@example.org`,
      subject: `about ${name}`,
      from: [{ name: 'Ann', address: 'ann@example.org' }],
      dateHeader: DATE,
      receivedHeader: null,
      references: [],
      filenames: [],
      problems: [],
    },
    offset,
    length: more.length ?? 100,
    size: more.size ?? 90,
    received: more.received ?? DATE,
  };
}

export function found(name: string, size = 1000): FoundFile {
  const stamp = BigInt(size) * 1000n;
  return { name, size, mtimeNs: stamp, inode: 7n, device: 1n, compression: 'none', tail: '', lookedAt: 0 };
}

/** Puts one mbox file into an archive and answers its key. */
export async function addFile(catalog: Catalog, archive: string, path: string): Promise<number> {
  const source = await catalog.source(archive, 'mbox', path);
  const [key] = await catalog.putFiles(source.key, [found('')], { restart: false });
  if (key === undefined) throw new TypeError('a file without a key');
  return key;
}

/** Reads the whole file anew, as after a rewrite. */
export async function rewrite(
  catalog: Catalog,
  archive: string,
  path: string,
  messages: readonly ScannedMessage[],
): Promise<void> {
  const source = await catalog.source(archive, 'mbox', path);
  const [file] = await catalog.putFiles(source.key, [found('', 2000)], { restart: true });
  await record(catalog, file ?? 0, messages);
  await catalog.completeFiles([file ?? 0]);
}

export async function record(catalog: Catalog, file: number, messages: readonly ScannedMessage[]) {
  const readTo = messages.at(-1)?.offset ?? 0;
  return catalog.record([{ file, messages, quarantine: [], readTo }]);
}

/** What is kept of each source's counts must be what counting gives, and dates that are kept twice the same. */
function checkCounts(path: string): void {
  const db = new Database(path, { readonly: true });
  const kept = db.prepare('SELECT key, copies, homes FROM source ORDER BY key').all();
  const counted = db
    .prepare(
      `SELECT s.key, count(p.file) AS copies, cast(total(m.home_file = p.file AND m.home_offset = p.offset) AS INTEGER) AS homes
       FROM source s LEFT JOIN file f ON f.source = s.key LEFT JOIN place p ON p.file = f.key
       LEFT JOIN message m ON m.key = p.message GROUP BY s.key ORDER BY s.key`,
    )
    .all();
  const dates = db
    .prepare(
      'SELECT count(*) FROM thread_member t JOIN message m ON m.key = t.message WHERE t.date <> m.date',
    )
    .pluck()
    .get();
  db.close();
  if (dates !== 0) throw new Error(`${dates} members of threads have another date than their message`);
  if (JSON.stringify(kept) === JSON.stringify(counted)) return;
  throw new Error(`kept ${JSON.stringify(kept)}, counted ${JSON.stringify(counted)}`);
}

/** The messages of a source, counted. */
export async function countsOf(catalog: Catalog, source: number): Promise<FileCounts | undefined> {
  const counts = (await catalog.sourceCounts()).find((one) => one.source === source);
  if (counts === undefined) return undefined;
  const { first, further, quarantined } = counts;
  return { first, further, quarantined };
}

/** Each entry of the log in a word: `+name archive,archive` for a message, `-name` for one that is to be removed, `?name` for one without a copy. */
export async function log(catalog: Catalog, after = 0): Promise<string[]> {
  const words: string[] = [];
  for (let at = after; ; ) {
    const page = await catalog.changes(at, 2);
    words.push(...page.map(entry));
    const last = page.at(-1);
    if (last === undefined) return words;
    if (page.some((change) => change.seq <= at)) throw new TypeError('the log goes backwards');
    at = last.seq;
  }
}

function entry({ id, archives, place }: PendingChange): string {
  const name = Buffer.from(id, 'hex').toString().replaceAll('\0', '');
  if (archives.length === 0) return `-${name}`;
  return `${place === null ? '?' : '+'}${name} ${archives.join()}`;
}
