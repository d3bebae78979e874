import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDatedPlaces, removeDatedPlaces, writeDatedPlaces } from './dated-places-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-places-'));
  path = join(folder, 'spool', 'places');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILES = new Map([
  [7, { offsets: Float64Array.of(0, 2 ** 40), dates: Float64Array.of(1_580_000_000, -5) }],
  [3, { offsets: new Float64Array(), dates: new Float64Array() }],
  [12, { offsets: Float64Array.of(9), dates: Float64Array.of(0) }],
]);

it('gives back what was written, in its order, by its digest', () => {
  const digest = writeDatedPlaces(path, FILES);
  expect([...(readDatedPlaces(path, digest) ?? [])]).toEqual([...FILES]);
  expect(writeDatedPlaces(path, new Map([...FILES].slice(1)))).not.toBe(digest);
  expect(readDatedPlaces(path, digest)).toBeNull();
  removeDatedPlaces(path);
  expect(readDatedPlaces(path, digest)).toBeNull();
});

it('knows what is cut, or otherwise than it was written, from what is whole', () => {
  const digest = writeDatedPlaces(path, FILES);
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    writeFileSync(path, changed);
    expect(readDatedPlaces(path, digest), `byte ${at}`).toBeNull();
  }
  writeFileSync(path, bytes);
  for (let length = bytes.length - 1; length >= 0; length--) {
    truncateSync(path, length);
    expect(readDatedPlaces(path, digest), `${length} bytes`).toBeNull();
  }
});
