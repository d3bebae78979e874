import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  epochNames,
  type ReadItem,
  readHead,
  readPlaces,
  readSourceFile,
  recognise,
  surveyHistory,
} from '@hayrick/core/source';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrives, commit, deletes, git, makeRepository, pathFor, rewrite } from './git-inbox.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-git-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function mail(n: number): string {
  return `From: ann@example.org\nSubject: mail ${n}\nMessage-ID: <m${n}@example.org>\n\nText ${n}.\n`;
}

/** What is read of one repository: the number in each subject with its place, or what else was said. */
async function read(path: string, name = ''): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of readSourceFile({ kind: 'public-inbox', path, name })) items.push(shown(item));
  return items;
}

function shown(item: ReadItem): unknown {
  if (item.kind === 'unreadable') return item.error.code;
  if (item.kind === 'garbage') return `garbage at ${item.offset}`;
  return `${/mail \d+/.exec(Buffer.from(item.bytes).toString())?.[0]} at ${item.offset}`;
}

describe('the second version', () => {
  it('has a message a commit, at the ordinal of the commit, by the date of the committer', async () => {
    const path = join(folder, '0.git');
    commit(path, [{ ...arrives(mail(1), 100), written: 50 }, arrives(mail(2), 90)]);
    const items: ReadItem[] = [];
    for await (const item of readSourceFile({ kind: 'public-inbox', path, name: '' })) {
      items.push(item.kind === 'message' ? { ...item, bytes: Buffer.from(item.bytes) } : item);
    }
    const blob = (n: number) => git(path, ['hash-object', '--stdin'], mail(n)).trim();
    const base = { kind: 'message', name: '' } as const;
    expect(items).toEqual([
      {
        ...base,
        bytes: Buffer.from(mail(1)),
        offset: 0,
        length: mail(1).length,
        placeDate: 100,
        object: blob(1),
      },
      {
        ...base,
        bytes: Buffer.from(mail(2)),
        offset: 1,
        length: mail(2).length,
        placeDate: 90,
        object: blob(2),
      },
    ]);
  });

  it('leaves out what is deleted later on, and has it again where it arrives again', async () => {
    const path = join(folder, '0.git');
    const steps = [
      arrives(mail(1), 1),
      arrives(mail(2), 2),
      deletes(mail(1), 3),
      deletes(mail(2), 4),
      arrives(mail(2), 5),
    ];
    commit(path, steps);
    expect(await read(path)).toEqual(['mail 2 at 4']);
  });

  it('deletes across epochs, of earlier ones only', async () => {
    commit(join(folder, 'git/0.git'), [arrives(mail(1), 1), arrives(mail(2), 2)]);
    commit(join(folder, 'git/1.git'), [deletes(mail(1), 3), deletes(mail(3), 3)]);
    commit(join(folder, 'git/2.git'), [arrives(mail(3), 4)]);
    expect(epochNames(folder)).toEqual(['git/0.git', 'git/1.git', 'git/2.git']);
    expect(await read(folder, 'git/0.git')).toEqual(['mail 2 at 1']);
    expect(await read(folder, 'git/1.git')).toEqual([]);
    expect(await read(folder, 'git/2.git')).toEqual(['mail 3 at 0']);
  });

  it('is read in a repository that names objects by SHA-256', async () => {
    const path = join(folder, '0.git');
    makeRepository(path, 'sha256');
    commit(path, [arrives(mail(1), 1), arrives(mail(2), 2), deletes(mail(1), 3)]);
    expect(readHead(path)).toHaveLength(64);
    expect((await recognise(path)).sources).toEqual([{ kind: 'public-inbox', path }]);
    expect(await read(path)).toEqual(['mail 2 at 1']);
  });
});

describe('the first version', () => {
  it('has the messages of its tree: added, changed, removed, moved', async () => {
    const path = join(folder, 'inbox.git');
    const [a, b, c] = ['a', 'b', 'c'].map(pathFor) as [string, string, string];
    commit(path, [
      { files: { [a]: mail(1), [b]: mail(2), README: 'no mail' }, at: 1 },
      { files: { [a]: mail(3) }, at: 2 },
      { files: { [b]: null }, at: 3 },
      { files: { [a]: null, [c]: mail(3) }, at: 4 },
    ]);
    expect(await read(path)).toEqual(['mail 3 at 6']);
  });

  it('follows first parents: what a merge brings is there once', async () => {
    const path = join(folder, 'inbox.git');
    commit(path, [{ files: { [pathFor('a')]: mail(1) }, at: 1 }]);
    git(path, ['update-ref', 'refs/heads/other', 'refs/heads/master']);
    commit(path, [{ files: { [pathFor('b')]: mail(2) }, at: 2 }], 'refs/heads/other');
    commit(path, [{ files: { [pathFor('c')]: mail(3) }, at: 3 }]);
    const tree = git(path, ['merge-tree', '--write-tree', 'master', 'other']).trim();
    const people = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
    const made = git(path, [...people, 'commit-tree', tree, '-p', 'master', '-p', 'other', '-m', 'x']).trim();
    git(path, ['update-ref', 'refs/heads/master', made]);
    expect(await read(path)).toEqual(['mail 1 at 0', 'mail 3 at 1', 'mail 2 at 2']);
  });
});

describe('a survey', () => {
  it('divides a history into stretches that give each message once', async () => {
    const path = join(folder, '0.git');
    commit(
      path,
      Array.from({ length: 2500 }, (_, i) => arrives(mail(i), i)),
    );
    const tip = readHead(path) ?? '';
    const { stretches, size } = await surveyHistory({ path, tip }, null);
    expect(size).toBe(2500);
    expect(stretches.map(({ from, to }) => [from, to])).toEqual([
      [0, 500],
      [500, 1500],
      [1500, 2500],
    ]);
    const found: unknown[] = [];
    for (const part of stretches) {
      const stretch = { ...part, deleted: [] };
      for await (const item of readSourceFile({ kind: 'public-inbox', path, name: '' }, { stretch }))
        found.push(shown(item));
    }
    expect(found).toEqual(Array.from({ length: 2500 }, (_, i) => `mail ${i} at ${i}`));
  });

  it('goes no further than the commit that is known, and says when it is not there any more', async () => {
    const path = join(folder, '0.git');
    commit(path, [arrives(mail(1), 1), arrives(mail(2), 2)]);
    const known = { head: readHead(path) ?? '', size: 2, readTo: 2 };
    commit(path, [arrives(mail(3), 3), deletes(mail(1), 4)]);
    const tip = readHead(path) ?? '';
    const object = git(path, ['hash-object', '--stdin'], mail(1)).trim();
    const grown = await surveyHistory({ path, tip }, known);
    expect(grown).toMatchObject({ size: 4, grown: true, deletions: [{ object, before: 3 }] });
    expect(grown.stretches).toMatchObject([{ from: 2, to: 4, commits: 2 }]);
    rewrite(path, [arrives(mail(2), 2), arrives(mail(3), 3)]);
    const anew = await surveyHistory({ path, tip: readHead(path) ?? '' }, known);
    expect(anew).toMatchObject({ size: 2, grown: false, deletions: [] });
  });
});

describe('reading by place', () => {
  it('gives one item a place, in order, and says which are no longer there', async () => {
    const path = join(folder, '0.git');
    commit(
      path,
      [1, 2, 3].map((n) => arrives(mail(n), n)),
    );
    const blob = (n: number) => git(path, ['hash-object', '--stdin'], mail(n)).trim();
    const places = [2, 9, 1].map((n, i) => ({ offset: i, length: 1, object: blob(n) }));
    const items: unknown[] = [];
    for await (const item of readPlaces({ kind: 'public-inbox', path, name: '' }, places))
      items.push(shown(item));
    expect(items).toEqual(['mail 2 at 0', 'SOURCE_CHANGED', 'mail 1 at 2']);
  });

  it('cuts a message that is over the limit, and goes on behind it', async () => {
    const path = join(folder, '0.git');
    commit(path, [arrives(`${mail(1)}${'x'.repeat(300_000)}\n`, 1), arrives(mail(2), 2)]);
    const items: unknown[] = [];
    for await (const item of readSourceFile(
      { kind: 'public-inbox', path, name: '' },
      { messageBytes: 100 },
    )) {
      items.push(item.kind === 'message' ? [item.bytes.length, item.length, item.cut] : item);
    }
    expect(items).toEqual([
      [100, mail(1).length + 300_001, true],
      [mail(2).length, mail(2).length, undefined],
    ]);
  });
});

describe('recognising', () => {
  it('finds inboxes and repositories below a folder, and reads no repository twice', async () => {
    commit(join(folder, 'list/git/1.git'), [arrives(mail(1), 1)]);
    commit(join(folder, 'list/git/10.git'), [arrives(mail(2), 1)]);
    makeRepository(join(folder, 'list/all.git'));
    writeFileSync(join(folder, 'list/all.git/objects/info/alternates'), '../../git/1.git/objects\n');
    writeFileSync(join(folder, 'list/msgmap.sqlite3'), 'SQLite');
    commit(join(folder, 'old.git'), [{ files: { [pathFor('a')]: mail(3) }, at: 1 }]);
    makeRepository(join(folder, 'view.git'));
    const store = join(folder, 'old.git/objects');
    writeFileSync(join(folder, 'view.git/objects/info/alternates'), `# comment\n${store}\n`);
    writeFileSync(join(folder, 'view.git/HEAD'), `${readHead(join(folder, 'old.git'))}\n`);
    commit(join(folder, 'code.git'), [{ files: { 'main.c': 'int main;' }, at: 1 }]);
    makeRepository(join(folder, 'empty.git'));
    const { sources, ignored } = await recognise(folder);
    expect(sources.map(({ kind, path }) => [kind, path.slice(folder.length)])).toEqual([
      ['public-inbox', '/list'],
      ['public-inbox', '/old.git'],
    ]);
    expect(ignored.map(({ path, code }) => [path.slice(folder.length), code])).toEqual([
      ['/code.git', 'SOURCE_UNKNOWN_KIND'],
      ['/empty.git', 'SOURCE_UNKNOWN_KIND'],
      ['/view.git', 'SOURCE_UNKNOWN_KIND'],
    ]);
    expect((await recognise(join(folder, 'empty.git'), 'public-inbox')).sources).toHaveLength(1);
    await expect(recognise(join(folder, 'list/all.git'))).rejects.toMatchObject({
      code: 'SOURCE_UNKNOWN_KIND',
    });
    expect((await recognise(join(folder, 'list/git'))).sources).toHaveLength(1);
    expect(epochNames(join(folder, 'list/git'))).toEqual(['1.git', '10.git']);
  });

  it.each([
    ['HEAD leads nowhere', 'ref: refs/heads/trunk\n', 'master'],
    ['HEAD names a branch', 'ref: refs/heads/other name\n', 'other name'],
    ['HEAD would leave the repository', 'ref: refs/../../../etc/passwd\n', 'master'],
    ['the only branch', 'ref: refs/heads/trunk\n', 'lists'],
  ])('finds the head: %s', (_, head, branch) => {
    const path = join(folder, 'a.git');
    commit(path, [arrives(mail(1), 1)]);
    const commitName = readHead(path);
    if (branch !== 'master') {
      mkdirSync(join(path, 'refs/heads'), { recursive: true });
      writeFileSync(join(path, 'refs/heads', branch), `${commitName}\n`);
      git(path, ['update-ref', '-d', 'refs/heads/master']);
    }
    writeFileSync(join(path, 'HEAD'), head);
    expect(readHead(path)).toBe(commitName);
  });

  it('reads packed references', () => {
    const path = join(folder, 'a.git');
    commit(path, [arrives(mail(1), 1)]);
    const before = readHead(path);
    git(path, ['pack-refs', '--all']);
    expect(readHead(path)).toBe(before);
  });
});
