import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { compareFile, type FileChange, readFileState } from './file-state.ts';
import { listFiles } from './list-files.ts';
import type { Source } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'box');
const source: Source = { kind: 'mbox', path };
const BEGIN = 'x'.repeat(10_000);
/** Unix seconds of the file's stamp. */
const STAMP = 1_500_000_000;

async function listed() {
  const [file] = await listFiles(source);
  if (file === undefined) throw new TypeError('no file');
  return file;
}

async function change(content: string | Buffer, lookedAfter: number, act: () => void): Promise<FileChange> {
  rmSync(path, { force: true });
  writeFileSync(path, content);
  utimesSync(path, STAMP, STAMP);
  const old = readFileState(source, await listed(), (STAMP + lookedAfter) * 1000);
  act();
  return compareFile(source, old, await listed());
}

const rewrite = (content: string | Buffer, stamp: number) => () => {
  writeFileSync(path, content);
  utimesSync(path, STAMP + stamp, STAMP + stamp);
};
/** Like rewrite, as a new file under the old name. */
const replace = (content: string, stamp: number) => () => {
  writeFileSync(`${path}.new`, content);
  utimesSync(`${path}.new`, STAMP + stamp, STAMP + stamp);
  renameSync(`${path}.new`, path);
};

describe('compareFile', () => {
  it.each<[string, () => void, FileChange]>([
    ['left alone', () => {}, 'same'],
    ['appended to', () => appendFileSync(path, 'more'), 'grown'],
    ['rewritten longer', rewrite(`y${BEGIN.slice(2)}zmore`, 9), 'changed'],
    ['rewritten as long', rewrite(`y${BEGIN.slice(1)}`, 9), 'changed'],
    ['touched', rewrite(BEGIN, 9), 'changed'],
    ['cut', rewrite(BEGIN.slice(1), 9), 'changed'],
    ['emptied', rewrite('', 9), 'changed'],
    ['copied back with its stamp', replace(BEGIN, 0), 'same'],
    ['replaced by another with its stamp', replace(`${BEGIN.slice(1)}y`, 0), 'changed'],
    ['replaced by a longer copy', replace(`${BEGIN}more`, 9), 'changed'],
  ])('%s', async (_, act, expected) => {
    expect(await change(BEGIN, 60, act)).toBe(expected);
  });

  it('does not trust a stamp of the moment of the look', async () => {
    expect(await change(BEGIN, 1, rewrite(`${BEGIN.slice(1)}y`, 0))).toBe('changed');
    expect(await change(BEGIN, 1, () => {})).toBe('same');
  });

  it('sees an empty file grow', async () => {
    expect(await change('', 60, () => appendFileSync(path, 'more'))).toBe('grown');
  });

  it('takes any change of a packed file for a whole one', async () => {
    expect(await change(gzipSync(BEGIN), 60, () => appendFileSync(path, gzipSync('more')))).toBe('changed');
    expect(await change(gzipSync(BEGIN), 60, () => {})).toBe('same');
  });

  it('says when a file is gone', async () => {
    const file = await change(BEGIN, 60, () => {}).then(listed);
    rmSync(path);
    expect(() => readFileState(source, file, 0)).toThrow(expect.objectContaining({ code: 'SOURCE_MISSING' }));
    await expect(listFiles(source)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });
});
