import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listFiles, readPlace, readSourceFile, recognise } from '@hayrick/core/source';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY } from './e2e/command.ts';
import { makeSite, type TestSite } from './e2e/site.ts';
import { examples, start } from './e2e/start.ts';

const KINDS = join(REPOSITORY, 'examples/kinds');

/** What is recognised in each folder, and how many messages it has. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  eml: ['eml : 2'],
  hyperkitty: ['pipermail mill@lists.example.org-2020-04.mbox: 1'],
  maildir: ['maildir : 2', 'maildir .Sent: 1'],
  mailman: ['mbox mill.mbox/mill.mbox: 1'],
  mbox: ['mbox mill.mbox: 2'],
  'mbox-with-lengths': ['mbox mill.mboxcl2: 2'],
  mh: ['mh : 2', 'mh sluice: 1'],
  packed: ['mbox 2021.mbox.gz: 1', 'mbox 2022.mbox.xz: 1', 'mbox 2023.mbox.zst: 1', 'mbox 2024.mbox.bz2: 1'],
  pipermail: ['pipermail 2003-March.txt: 2'],
  'public-inbox': ['public-inbox : 3'],
  'public-inbox-v1': ['public-inbox : 2'],
};

describe('examples/kinds', () => {
  it('has one folder for each', () => {
    const folders = readdirSync(KINDS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(Object.keys(FOLDERS).sort());
  });

  it.each(Object.entries(FOLDERS))('%s is recognised and read', async (folder, expected) => {
    const root = join(KINDS, folder);
    const { sources, ignored } = await recognise(root);
    expect(ignored).toEqual([]);
    const found: string[] = [];
    for (const source of sources) {
      let messages = 0;
      for (const { name } of await listFiles(source)) {
        for await (const item of readSourceFile({ ...source, name })) {
          if (item.kind !== 'message') throw new TypeError(`${item.kind} in ${source.path}`);
          messages++;
          const text = Buffer.from(item.bytes).toString();
          expect(text).toMatch(/^From: \w+ Miller|^From: \w+ Weir|^From: \w+@mill|^Content-Type/);
          const again = await readPlace({ ...source, name }, item);
          expect(Buffer.from(again.bytes).toString()).toBe(text);
        }
      }
      found.push(`${source.kind} ${relative(root, source.path)}: ${messages}`);
    }
    expect(found).toEqual(expected);
  });
});

describe('start', () => {
  let site: TestSite;
  beforeEach(() => {
    site = makeSite();
  });
  afterEach(() => site.remove());

  it('takes every kind', async () => {
    const repository = examples(site);
    const folders = Object.keys(FOLDERS);
    const paths = folders.map((folder) => join(repository, 'examples/kinds', folder));
    const { status, stdout, stderr } = await start(site, paths, repository);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const [folder, sources] of Object.entries(FOLDERS)) {
      const messages = sources.reduce((sum, source) => sum + Number(source.split(': ').at(-1)), 0);
      expect(stdout).toMatch(
        new RegExp(`\\n {2}${folder}: ${messages} messages? read: ${messages} indexed\\.\\n`, 'u'),
      );
    }
  });
});
