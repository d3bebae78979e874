import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { brotliDecompressSync } from 'node:zlib';
import type { RecordedRequest } from './recorded-requests.ts';

const FIXTURES = new URL('fixtures/', import.meta.url);
/** Of an index on a server. */
const SERVED = /^elasticsearch-(\d+)\.br$/;
const NAME = /^catalog-(\d+)\.sqlite-(\d+)\.memory-(\d+)\.br$/;

/** What make-fixture.ts says of a fixture. */
interface Header {
  /** Where it was made. */
  readonly folder: string;
  /** By connection and query: ids, each with its archives. */
  readonly found: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly folders: readonly string[];
  /** Of an index on a server: what made it, under which alias. */
  readonly requests?: readonly RecordedRequest[];
  readonly alias?: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly modified: number }[];
}

export interface Fixture {
  readonly name: string;
  /** The formats of its parts. */
  readonly catalog: number;
  readonly sqlite: number;
  readonly memory: number;
}

/** A fixture of an index on a server. */
export interface ServedFixture {
  readonly name: string;
  /** Of the index. */
  readonly format: number;
}

/** A fixture in a folder of its own. */
export interface Unpacked {
  readonly folder: string;
  readonly found: Header['found'];
  /** None where the folder has everything. */
  readonly requests: readonly RecordedRequest[];
  /** In the requests, and in the settings. */
  readonly alias: string;
  remove(): void;
}

export function allFixtures(): readonly Fixture[] {
  return readdirSync(FIXTURES).flatMap((name) => {
    const [, catalog, sqlite, memory] = (NAME.exec(name) ?? []).map(Number);
    return catalog === undefined || sqlite === undefined || memory === undefined
      ? []
      : [{ name, catalog, sqlite, memory }];
  });
}

export function servedFixtures(): readonly ServedFixture[] {
  return readdirSync(FIXTURES).flatMap((name) => {
    const format = SERVED.exec(name)?.[1];
    return format === undefined ? [] : [{ name, format: Number(format) }];
  });
}

/** As if the whole folder had been moved here, at the same path. */
export function unpack({ name }: Pick<Fixture, 'name'>): Unpacked {
  const bytes = brotliDecompressSync(readFileSync(new URL(name, FIXTURES)));
  const headerEnd = bytes.indexOf(10);
  const header = JSON.parse(bytes.subarray(0, headerEnd).toString()) as Header;
  const folder = mkdtempSync(join(tmpdir(), 'hayrick-format-'));
  for (const inside of header.folders) mkdirSync(join(folder, inside), { recursive: true, mode: 0o700 });
  let at = headerEnd + 1;
  for (const { name: file, bytes: length, modified } of header.files) {
    const path = join(folder, file);
    writeFileSync(path, bytes.subarray(at, at + length), { mode: 0o600 });
    utimesSync(path, modified / 1000, modified / 1000);
    at += length;
  }
  const catalog = new DatabaseSync(join(folder, 'data/catalog.db'));
  for (const [table, column] of [
    ['source', 'path'],
    ['look', 'path'],
    ['meta', 'value'],
  ] as const) {
    catalog.prepare(`UPDATE ${table} SET ${column} = replace(${column}, ?, ?)`).run(header.folder, folder);
  }
  catalog.close();
  const { found, requests = [], alias = '' } = header;
  return { folder, found, requests, alias, remove: () => rmSync(folder, { recursive: true }) };
}
