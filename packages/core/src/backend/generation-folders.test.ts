import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GenerationFolders, generationFolders } from './generation-folders.ts';

let directory: string;
let folders: GenerationFolders;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-folders-'));
  folders = generationFolders(join(directory, 'index'), 'mark');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A whole one. */
function make(): string {
  const name = folders.create();
  writeFileSync(join(folders.path(name), 'mark'), '');
  return name;
}

it('knows none before there is a directory', () => {
  expect(folders.list()).toEqual([]);
  expect(folders.current()).toBeNull();
  expect(() => folders.require('g1')).toThrow(/There is no generation "g1" in .* Run rebuild_index/);
});

it('gives a name once, whatever became of it', () => {
  expect([make(), make()]).toEqual(['g1', 'g2']);
  folders.drop('g2');
  expect(make()).toBe('g3');
  // A killed one, of which the folder stands and nothing in it.
  expect(folders.create()).toBe('g4');
  expect(make()).toBe('g5');
  rmSync(join(directory, 'index', 'LAST'));
  expect(make()).toBe('g6');
  writeFileSync(join(directory, 'index', 'LAST'), 'torn');
  expect(make()).toBe('g7');
});

it('lists whole ones by age', () => {
  for (let i = 0; i < 11; i++) make();
  folders.create();
  mkdirSync(join(directory, 'index', 'other'));
  writeFileSync(join(directory, 'index', 'other', 'mark'), '');
  expect(folders.list()).toEqual(Array.from({ length: 11 }, (_, i) => `g${i + 1}`));
});

it('names the live one, unless that is gone', () => {
  make();
  make();
  folders.makeCurrent('g2');
  expect(folders.current()).toBe('g2');
  folders.drop('g2');
  expect(folders.current()).toBeNull();
  expect(readdirSync(join(directory, 'index')).sort()).toEqual(['CURRENT', 'LAST', 'g1']);
});

it('takes no name for a generation that leads elsewhere', () => {
  make();
  writeFileSync(join(directory, 'mark'), '');
  for (const name of ['..', '.', '', 'g1/../g1', 'g01x']) expect(folders.has(name)).toBe(false);
  writeFileSync(join(directory, 'index', 'CURRENT'), '..\n');
  expect(folders.current()).toBeNull();
});

it('takes away what a killed drop left behind', () => {
  const left = join(directory, 'index', 'dropped-g1');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'mark'), '');
  make();
  expect(existsSync(left)).toBe(false);
});
