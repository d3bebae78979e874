import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHead, readSourceFile, recognise, surveyHistory } from '@hayrick/core/source';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asRoot } from '../root.ts';
import { arrives, commit, git } from './git-inbox.ts';

const root = asRoot('to read a repository that belongs to somebody else');

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-git-'));
  path = join(folder, '0.git');
  commit(
    path,
    [1, 2, 3].map((n) => arrives(mail(n), n)),
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function mail(n: number): string {
  return `From: ann@example.org\nSubject: mail ${n}\nMessage-ID: <m${n}@example.org>\n\nText ${n}.\n`;
}

function blobOf(n: number): string {
  return git(path, ['hash-object', '--stdin'], mail(n)).trim();
}

async function read(signal?: AbortSignal): Promise<string[]> {
  const items: string[] = [];
  for await (const item of readSourceFile({ kind: 'public-inbox', path, name: '' }, { signal })) {
    if (item.kind === 'unreadable') items.push(item.error.code);
    else if (item.kind === 'garbage') items.push('garbage');
    else items.push(/mail \d/.exec(Buffer.from(item.bytes).toString())?.[0] ?? '');
  }
  return items;
}

function damage(file: string, offset: number): void {
  chmodSync(file, 0o644);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(12, 0xff), 0, 12, offset);
  closeSync(descriptor);
}

/** A program that leaves a trace when it is run. */
function trap(): { readonly program: string; readonly sprung: () => boolean } {
  const program = join(folder, 'trap.sh');
  const trace = join(folder, 'trace');
  writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\n`);
  chmodSync(program, 0o755);
  return { program, sprung: () => existsSync(trace) };
}

it('runs nothing that a repository names: no hook, no pager, no check of signatures, no remote', async () => {
  const { program, sprung } = trap();
  mkdirSync(join(path, 'hooks'), { recursive: true });
  for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman']) {
    writeFileSync(join(path, 'hooks', hook), `#!/bin/sh\n'${program}'\n`);
    chmodSync(join(path, 'hooks', hook), 0o755);
  }
  const config: readonly (readonly [string, string])[] = [
    ['core.repositoryformatversion', '1'],
    ['core.pager', program],
    ['core.fsmonitor', program],
    ['core.sshCommand', program],
    ['core.gitProxy', program],
    ['core.alternateRefsCommand', program],
    ['diff.external', program],
    ['gpg.program', program],
    ['log.showSignature', 'true'],
    ['log.diffMerges', 'combined'],
    ['log.date', 'human'],
    ['extensions.partialClone', 'origin'],
    ['protocol.allow', 'always'],
    ['remote.origin.url', `ext::${program}`],
    ['remote.origin.promisor', 'true'],
  ];
  for (const [key, value] of config) git(path, ['config', key, value]);
  // With what is missing it would be asked for from the remote.
  rmSync(join(path, 'objects/pack'), { recursive: true, force: true });
  mkdirSync(join(path, 'objects/pack'));
  rmSync(join(path, 'objects', blobOf(2).slice(0, 2)), { recursive: true, force: true });
  expect((await recognise(path)).sources).toHaveLength(1);
  expect(await read()).toEqual(['mail 1', 'garbage', 'mail 3']);
  expect(sprung()).toBe(false);
});

it('reads what the history holds, not what replacements and grafts put in its place', async () => {
  git(path, ['replace', blobOf(2), blobOf(1)]);
  mkdirSync(join(path, 'info'), { recursive: true });
  writeFileSync(join(path, 'info/grafts'), `${readHead(path)}\n`);
  expect(await read()).toEqual(['mail 1', 'mail 2', 'mail 3']);
});

it('reads a shallow clone from where it begins', async () => {
  const clone = join(folder, 'clone.git');
  git('/', ['clone', '--quiet', '--bare', '--depth=2', `file://${path}`, clone]);
  path = clone;
  expect(await read()).toEqual(['mail 2', 'mail 3']);
});

it.runIf(root)('reads a repository that belongs to somebody else', async () => {
  execFileSync('chown', ['-R', '65534', path]);
  expect((await recognise(path)).sources).toHaveLength(1);
  expect(await read()).toEqual(['mail 1', 'mail 2', 'mail 3']);
});

it('is not held by a named pipe where git expects a file, once it is told to stop', async () => {
  const pack = join(path, 'objects/pack/pack-0123456789012345678901234567890123456789');
  execFileSync('mkfifo', [`${pack}.idx`]);
  writeFileSync(`${pack}.pack`, 'PACK');
  const controller = new AbortController();
  const reading = surveyHistory({ path, tip: 'f'.repeat(40) }, null, controller.signal);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

it('says that git is missing, and what to do', async () => {
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    await expect(recognise(path)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringMatching(/install git/),
    });
    expect(await read()).toEqual(['SOURCE_UNREADABLE']);
  } finally {
    process.env['PATH'] = before;
  }
});

it.each(['loose', 'packed'])('gives all but the message whose blob is damaged (%s)', async (how) => {
  const blob = blobOf(2);
  const loose = join(path, 'objects', blob.slice(0, 2), blob.slice(2));
  if (how === 'loose') damage(loose, 0);
  else {
    git(path, ['repack', '-adq']);
    const packs = join(path, 'objects/pack');
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith('.pack')) ?? '');
    const line = git(path, ['verify-pack', '-v', pack])
      .split('\n')
      .find((text) => text.startsWith(blob));
    damage(pack, Number(line?.split(/ +/)[4]) + 4);
  }
  expect(await read()).toEqual(['mail 1', 'garbage', 'mail 3']);
});

it('says that a repository cannot be read whose commits are damaged, or which is gone', async () => {
  rmSync(join(path, 'objects'), { recursive: true });
  mkdirSync(join(path, 'objects'));
  expect(await read()).toEqual(['SOURCE_UNREADABLE']);
  await expect(recognise(path)).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  rmSync(path, { recursive: true });
  await expect(recognise(path)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
});
