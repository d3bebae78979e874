import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listFiles } from './list-files.ts';
import { recognise } from './recognise.ts';
import type { SourceKind } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-recognise-'));
afterAll(() => rmSync(folder, { recursive: true }));
let root = '';
let count = 0;
beforeEach(() => {
  root = join(folder, String(count++));
  mkdirSync(root);
});

const MBOX = 'From a@example.org Wed Jan  1 10:08:38 2020\nFrom: a@example.org\n\nx\n';
const EML = 'Received: from x\n\tby y\nSubject: x\n\nx\n';

const PIPERMAIL =
  'From a at example.org  Wed Jan  1 10:08:38 2020\nFrom: a at example.org (A)\nSubject: x\n\nx\n';

/** MBOX, packed with xz and bzip2. */
const XZ_MBOX =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABCADldACMcieb23/edOK6Id34mmSM6MlhjmgA7m3p0FKJNVBpRoU5eiC6F4JJnK1XlLrS2qrdPKPtQg+nMwAAAAABChOIuz0DwcQABVUMQDJ8IH7bzfQEAAAAABFla';
const BZIP2_MBOX =
  'QlpoOTFBWSZTWRcfF5cAAA9fgAAQQAF4UEEQAIAmh9BAIABISqaepp6TTEHlHoNQaBkAA7iaPNa+Us7FxFocyTCLKrFxQwe2cdiCCBFNHRYEPCqD4u5IpwoSAuPi8uA=';

/** Files by path below the root; null for a folder. */
function make(files: Readonly<Record<string, string | Buffer | null>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(content === null ? path : dirname(path), { recursive: true });
    if (content !== null) writeFileSync(path, content);
  }
}

async function found(path: string, kind: SourceKind | null = null) {
  const { sources, ignored, empty } = await recognise(path, kind);
  return {
    sources: sources.map((source) => `${source.kind} ${relative(root, source.path)}`),
    ignored: ignored.map((entry) => relative(root, entry.path)),
    empty: empty.map((entry) => relative(root, entry)),
  };
}

const listed = async (name: string) =>
  (await listFiles({ kind: 'eml', path: join(root, name) })).map((file) => file.name);

describe('recognise of a file', () => {
  it.each<[string, string | Buffer, string]>([
    ['an mbox', MBOX, 'mbox'],
    ['an mbox behind blank lines', `\n\r\n${MBOX}`, 'mbox'],
    ['an mbox with CRLF', MBOX.replaceAll('\n', '\r\n'), 'mbox'],
    ['an mbox whose first separator has no date', 'From ann@example.org\nA: 1\n', 'mbox'],
    ['a packed mbox', gzipSync(MBOX), 'mbox'],
    [
      'a packed mbox of several members',
      Buffer.concat([gzipSync(''), gzipSync(MBOX.slice(0, 5)), gzipSync(MBOX.slice(5))]),
      'mbox',
    ],
    ['a torn packed mbox', gzipSync(MBOX + Buffer.alloc(9999, 'abc')).subarray(0, -20), 'mbox'],
    ['a message', EML, 'eml'],
    ['a packed message', gzipSync(EML), 'eml'],
    ['an mbox in xz', Buffer.from(XZ_MBOX, 'base64'), 'mbox'],
    ['an mbox in bzip2', Buffer.from(BZIP2_MBOX, 'base64'), 'mbox'],
    ['an mbox in zstd', zstdCompressSync(MBOX), 'mbox'],
    [
      'a message in zstd frames',
      Buffer.concat([zstdCompressSync(EML.slice(0, 9)), zstdCompressSync(EML.slice(9))]),
      'eml',
    ],
    ['an mbox with CR alone', MBOX.replaceAll('\n', '\r'), 'mbox'],
    ['a message with CR alone', EML.replaceAll('\n', '\r'), 'eml'],
    ['a month of pipermail', PIPERMAIL, 'pipermail'],
    ['a packed month of pipermail', gzipSync(PIPERMAIL), 'pipermail'],
    ['a message with a blank before a colon', 'From : x\nDate: y\n', 'eml'],
    [
      'a message with long headers',
      `Received: ${'x'.repeat(3000)}\nReceived: x\nMessage-ID: ${'x'.repeat(3000)}\nFrom: y\n`,
      'eml',
    ],
    ['nothing', '', 'mbox'],
    ['blank lines', '\n\n', 'mbox'],
    ['nothing, packed', gzipSync(''), 'mbox'],
  ])('finds %s', async (_, content, kind) => {
    make({ file: content });
    expect((await found(join(root, 'file'))).sources).toEqual([`${kind} file`]);
  });

  it('says when a file is empty', async () => {
    make({ box: '' });
    expect(await found(join(root, 'box'))).toEqual({ sources: ['mbox box'], ignored: [], empty: ['box'] });
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['text', 'Dear reader,\n\nhello.\n', /"From " line \(mbox\).*headers/],
    ['text that begins with From', 'From here on\nit is text\n', /no mail/],
    ['settings', 'Title: x\nSubject: y\nDate: z\n', /no mail/],
    ['one header', 'From: x\n\n', /no mail/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), /no mail/],
    ['another compression', Buffer.from('PK\x03\x04\0\0', 'latin1'), /zip-compressed: unpack it/],
  ])('refuses %s and says what was looked for', async (_, content, reason) => {
    make({ file: content });
    const refusal = expect(recognise(join(root, 'file'))).rejects;
    await refusal.toMatchObject({
      code: 'SOURCE_UNKNOWN_KIND',
      message: expect.stringMatching(/file holds no mail.*Looked for an mbox.*Maildir.*\.eml/),
    });
    await expect(recognise(join(root, 'file'))).rejects.toThrow(reason);
  });

  it('refuses what is not there, with a wildcard or without', async () => {
    await expect(recognise(join(root, 'no'))).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
      message: expect.stringContaining('no'),
    });
    await expect(recognise(join(root, 'no*'))).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
      message: expect.stringContaining('no*'),
    });
  });

  it('refuses a pipe without waiting for it', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(recognise(join(root, 'pipe'))).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN_KIND' });
  });

  it('refuses what may not be read', async () => {
    make({ box: MBOX, 'dir/box': MBOX });
    chmodSync(join(root, 'box'), 0);
    chmodSync(join(root, 'dir'), 0);
    chmodSync(root, 0o755);
    // Root may read everything: for the while of this test the process is nobody.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    onTestFinished(() => {
      if (isRoot) process.seteuid?.(0);
    });
    await expect(recognise(join(root, 'box'))).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringContaining('permission'),
    });
    await expect(recognise(join(root, 'dir'))).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await expect(listFiles({ kind: 'eml', path: root })).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    if (isRoot) process.seteuid?.(0);
    chmodSync(join(root, 'dir'), 0o700);
  });

  it.each<[SourceKind, string, string]>([
    ['eml', MBOX, 'eml file'],
    ['mbox', EML, 'mbox file'],
    ['mbox', 'text', 'mbox file'],
    ['eml', '', 'eml file'],
  ])('is overridden by kind %s', async (kind, content, expected) => {
    make({ file: content });
    expect((await found(join(root, 'file'), kind)).sources).toEqual([expected]);
    await expect(recognise(join(root, 'file'), 'maildir')).rejects.toMatchObject({
      code: 'SOURCE_UNKNOWN_KIND',
    });
  });
});

describe('recognise of a folder', () => {
  const MAILDIR = { cur: null, new: null, tmp: null };
  const maildir = (name: string) =>
    Object.fromEntries(Object.keys(MAILDIR).map((sub) => [`${name}/${sub}`, null]));

  it('finds a Maildir and its subfolders, and nothing else in it', async () => {
    make({
      ...maildir('m'),
      ...maildir('m/.Sent'),
      ...maildir('m/.Sent.2020'),
      ...maildir('m/plain'),
      'm/.cache/x': MBOX,
      'm/subscriptions': 'x',
    });
    make({ 'm/cur/1.a:2,S': EML, 'm/new/2.a': EML, 'm/tmp/3.a': EML, 'm/new/.hidden': EML });
    const expected = ['maildir m', 'maildir m/.Sent', 'maildir m/.Sent.2020', 'maildir m/plain'];
    expect(await found(join(root, 'm'))).toEqual({ sources: expected, ignored: [], empty: [] });
    const files = await listFiles({ kind: 'maildir', path: join(root, 'm') });
    expect(files.map((file) => file.name)).toEqual(['cur/1.a:2,S', 'new/2.a']);
    expect(files[0]).toMatchObject({
      size: EML.length,
      mtimeNs: expect.any(BigInt),
      inode: expect.any(BigInt),
      device: expect.any(BigInt),
    });
  });

  it('finds mboxes, Maildirs and loose messages, sorted, each once', async () => {
    make({
      'b.mbox': MBOX,
      'a/2.mbox.gz': gzipSync(MBOX),
      'a/1': MBOX,
      'z/1.eml': EML,
      'z/y/2.EML': MBOX,
      'z/3': EML,
      'z/4.eml.gz': gzipSync(EML),
    });
    make({
      ...maildir('m'),
      'm/cur/1.eml': EML,
      README: 'text',
      'empty.mbox': '',
      '.hidden': MBOX,
      '.dir/box': MBOX,
    });
    expect(await found(root)).toEqual({
      sources: ['mbox a/1', 'mbox a/2.mbox.gz', 'mbox b.mbox', 'mbox empty.mbox', 'maildir m', 'eml '],
      ignored: ['README'],
      empty: ['empty.mbox'],
    });
    expect(await listed('')).toEqual(['z/1.eml', 'z/3', 'z/4.eml.gz', 'z/y/2.EML']);
  });

  it('follows links, once, and ends where they go round', async () => {
    make({ 'a/box': MBOX, 'c/1.eml': EML });
    symlinkSync(join(root, 'a'), join(root, 'b'));
    symlinkSync(root, join(root, 'a/up'));
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    symlinkSync(join(root, 'self'), join(root, 'self'));
    const { sources, ignored } = await recognise(root);
    expect(sources.map((source) => source.kind)).toEqual(['mbox', 'eml']);
    expect(ignored.map((entry) => [relative(root, entry.path), entry.code])).toEqual([
      ['dangling', 'SOURCE_MISSING'],
      ['self', 'SOURCE_UNREADABLE'],
    ]);
  });

  it('finds MH folders, nested ones too, and nothing of theirs among loose messages', async () => {
    make({
      'inbox/.mh_sequences': 'cur: 2\n',
      'inbox/1': EML,
      'inbox/10': EML,
      'inbox/2': EML,
      'inbox/,3': EML,
      'inbox/notes.eml': EML,
      'inbox/lists/7': EML,
      'inbox/lists/#8': EML,
      'empty/.xmhcache': '',
      'numbers/1': 'a text',
      'boxes/1': MBOX,
      'mixed/1': EML,
      'mixed/a': EML,
    });
    expect(await found(root)).toEqual({
      sources: ['mbox boxes/1', 'mh empty', 'mh inbox', 'mh inbox/lists', 'eml '],
      ignored: ['numbers/1'],
      empty: [],
    });
    const names = async (kind: SourceKind, name: string) =>
      (await listFiles({ kind, path: join(root, name) })).map((file) => file.name);
    expect(await names('mh', 'inbox')).toEqual(['1', '2', '10']);
    expect(await names('mh', 'inbox/lists')).toEqual(['7']);
    expect(await names('mh', 'empty')).toEqual([]);
    expect(await listed('')).toEqual(['inbox/notes.eml', 'mixed/1', 'mixed/a']);
  });

  it('finds what Mailman leaves: mailboxes, months of pipermail, exports of HyperKitty', async () => {
    make({
      'archives/private/hay.mbox/hay.mbox': MBOX,
      'archives/private/hay/2003-March.txt': PIPERMAIL,
      'archives/private/hay/2003-April.txt.gz': gzipSync(PIPERMAIL),
      'archives/private/hay/index.html': '<html></html>',
      'archives/private/hay/database/2003-March-article': Buffer.from([0, 1, 2]),
      'hay@example.org-2020-01.mbox.gz': gzipSync(PIPERMAIL),
    });
    expect(await found(root)).toEqual({
      sources: [
        'pipermail archives/private/hay/2003-April.txt.gz',
        'pipermail archives/private/hay/2003-March.txt',
        'mbox archives/private/hay.mbox/hay.mbox',
        'pipermail hay@example.org-2020-01.mbox.gz',
      ],
      ignored: ['archives/private/hay/database/2003-March-article', 'archives/private/hay/index.html'],
      empty: [],
    });
  });

  it('says which names it cannot open', async () => {
    make({ '1.eml': EML });
    writeFileSync(Buffer.from(`${root}/caf\xe9.eml`, 'latin1'), EML);
    const { ignored } = await recognise(root);
    expect(ignored).toMatchObject([{ reason: expect.stringContaining('not UTF-8. Rename it') }]);
    expect(await listed('')).toEqual(['1.eml']);
  });

  it.each<[string, Record<string, string | null>, RegExp]>([
    ['an empty folder', {}, /without files/],
    ['a folder without mail', { 'a/x.txt': 'text', 'b.png': 'x' }, /a\/x\.txt: no mail.*\(and 1 more\)/],
  ])('refuses %s', async (_, files, reason) => {
    make(files);
    await expect(recognise(root)).rejects.toMatchObject({
      code: 'SOURCE_UNKNOWN_KIND',
      message: expect.stringMatching(reason),
    });
  });

  it.each<[SourceKind, string[], string[]]>([
    ['mbox', ['mbox 1.eml', 'mbox box', 'mbox n/1', 'mbox text'], []],
    ['maildir', ['maildir m'], []],
    ['mh', ['mh n'], []],
    ['pipermail', ['pipermail box'], ['1.eml', 'n/1', 'text']],
    ['eml', ['eml ', 'eml box', 'mh n'], ['text']],
  ])('is overridden by kind %s', async (kind, sources, ignored) => {
    make({ ...maildir('m'), 'm/cur/1': EML, '1.eml': EML, box: MBOX, text: 'text', 'n/1': EML });
    expect(await found(root, kind)).toEqual({ sources, ignored, empty: [] });
  });

  it('refuses a folder without a Maildir or MH folder where one is asked for', async () => {
    make({ box: MBOX });
    await expect(recognise(root, 'maildir')).rejects.toThrow(/without cur\/ and new\//);
    await expect(recognise(root, 'mh')).rejects.toThrow(/without files named by numbers/);
    await expect(recognise(join(root, 'box'), 'mh')).rejects.toThrow(/files named by numbers/);
  });
});

describe('recognise of a pattern', () => {
  it('finds what matches, sorted, and passes over what is no mail', async () => {
    make({ '2020.mbox': MBOX, '2019.mbox': MBOX, '2018.mbox': 'text', 'x/1.eml': EML });
    expect(await found(join(root, '*'))).toEqual({
      sources: ['mbox 2019.mbox', 'mbox 2020.mbox', 'eml x'],
      ignored: ['2018.mbox'],
      empty: [],
    });
    expect((await found(join(root, '20{19,20}.mbox'))).sources).toHaveLength(2);
  });

  it('takes a name with such letters for a name where it exists', async () => {
    make({ 'a[1].mbox': MBOX });
    expect((await found(join(root, 'a[1].mbox'))).sources).toEqual(['mbox a[1].mbox']);
  });
});
