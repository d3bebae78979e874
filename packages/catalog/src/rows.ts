import type { Address, Compression, FileRecord, PlaceRecord, SourceKind } from '@hayrick/core/catalog';

/** Rows as SQLite gives them, and the only places that know column names. */
export interface MessageRow {
  readonly key: number;
  readonly id: Buffer;
  readonly mid: string;
  readonly subject: string;
  readonly sender: string;
  readonly filenames: string | null;
  readonly date: number;
  readonly received: number;
  readonly size: number;
}

export interface FileRow {
  readonly key: bigint;
  readonly name: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly mtime_ns: bigint;
  readonly compression: string;
  readonly tail: string;
  readonly looked_at: bigint;
  readonly read_to: bigint;
  readonly complete: bigint;
}

export interface PlaceRow {
  readonly archive: string;
  readonly kind: string;
  readonly path: string;
  readonly name: string;
  readonly compression: string;
  readonly stamp: string;
  /** 0 or 1. */
  readonly settled: number;
  readonly offset: number;
  readonly length: number;
  readonly object: Buffer | null;
  readonly received: number;
  readonly size: number;
}

export function fileRecord(row: FileRow): FileRecord {
  return {
    key: Number(row.key),
    name: row.name,
    device: row.device,
    inode: row.inode,
    size: Number(row.size),
    mtimeNs: row.mtime_ns,
    compression: row.compression as Compression,
    tail: row.tail,
    lookedAt: Number(row.looked_at),
    readTo: Number(row.read_to),
    complete: row.complete === 1n,
  };
}

export function placeRecord(row: PlaceRow): PlaceRecord {
  const object = row.object?.toString('hex') ?? null;
  return {
    ...row,
    kind: row.kind as SourceKind,
    compression: row.compression as Compression,
    settled: row.settled === 1,
    object,
  };
}

/** Senders are stored as a JSON array of name, address, name, address, … */
export function addressesOf(text: string): Address[] {
  const flat = JSON.parse(text) as string[];
  const addresses: Address[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    addresses.push({ name: flat[i] ?? '', address: flat[i + 1] ?? '' });
  return addresses;
}

export function addressText(addresses: readonly Address[]): string {
  return JSON.stringify(addresses.flatMap(({ name, address }) => [name, address]));
}

export function stringsOf(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}

export function stringsText(values: readonly string[]): string | null {
  return values.length === 0 ? null : JSON.stringify(values);
}
