import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { isPipermail, withAddresses } from './pipermail.ts';
import { readPlace } from './read-place.ts';
import { readSourceFile } from './read-source-file.ts';
import type { FileOfSource } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-pipermail-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MARK = 'From ann at example.org  Sat Mar  1 10:11:12 2003\n';

describe('withAddresses', () => {
  const rest = 'Date: x\n\nann at example.org wrote\nFrom: bob at example.org (Bob)\n';
  it.each<[string, string]>([
    ['From: ann at example.org (Ann Smith)', 'From: ann@example.org (Ann Smith)'],
    ['From: ann at example.org', 'From: ann@example.org'],
    [
      'From: ann.b-c at mail.example.org\n (=?utf-8?q?=C3=84nn?=)',
      'From: ann.b-c@mail.example.org\n (=?utf-8?q?=C3=84nn?=)',
    ],
    [
      'From: =?utf-8?q?=C3=84nn?=\n =?utf-8?q?_Smith?=\n <ann at x.org>',
      'From: =?utf-8?q?=C3=84nn?=\n =?utf-8?q?_Smith?=\n <ann@x.org>',
    ],
    ['From: Smith, Ann <ann at example.org>', 'From: Smith, Ann <ann@example.org>'],
    ['From: Ann Smith <ann at example.org>', 'From: Ann Smith <ann@example.org>'],
    ['From: =?utf-8?q?=C3=84nn?=\n <ann at example.org>', 'From: =?utf-8?q?=C3=84nn?=\n <ann@example.org>'],
    [
      'From: Ann <ann at example.org>\nTo: list at example.org',
      'From: Ann <ann@example.org>\nTo: list@example.org',
    ],
    ['From: ann at work at example.org (Ann)', 'From: ann at work at example.org (Ann)'],
    ['From: ann@example.org (Ann at work)', 'From: ann@example.org (Ann at work)'],
    ['From: Ann at work <ann@example.org>', 'From: Ann at work <ann@example.org>'],
    ['From: Ann, who is at home', 'From: Ann, who is at home'],
    ['Subject: ann at example.org', 'Subject: ann at example.org'],
    ['X-From: ann at example.org', 'X-From: ann at example.org'],
    ['From: ', 'From: '],
  ])('of %j', (header, expected) => {
    for (const ends of ['\n', '\r\n', '\r']) {
      const text = `${header}\n${rest}`.replaceAll('\n', ends);
      expect(withAddresses(Buffer.from(text)).toString()).toBe(`${expected}\n${rest}`.replaceAll('\n', ends));
    }
  });

  it('takes no time over hostile headers', () => {
    const text = `From: ${'a '.repeat(20_000)} at ${'b <'.repeat(20_000)}\n\n`;
    expect(withAddresses(Buffer.from(text)).toString()).toBe(text);
  });
});

it.each<[string, boolean]>([
  [`${MARK}From: ann at example.org (Ann)\nDate: x\n\n`, true],
  [`${MARK}Content-Type: x\nFrom: Ann <ann at example.org>\n\n`, true],
  [`${MARK}From: ann@example.org (Ann)\n\n`, false],
  [`${MARK}Subject: x\n\nFrom: ann at example.org (Ann)\n\n`, false],
  ['From ann@example.org  Sat Mar  1 10:11:12 2003\nFrom: ann at example.org (Ann)\n\n', false],
])('isPipermail(%j) is %s', (head, expected) => {
  expect(isPipermail(head)).toBe(expected);
});

it('gives a message the same bytes whenever it is read', async () => {
  const month = `${MARK}From: ann at example.org (Ann)\nSubject: 1\n\n>From x at y\n\n${MARK}From: bob@example.org\nSubject: 2\n\ny\n\n`;
  for (const content of [month, month.replaceAll('\n', '\r\n'), gzipSync(month)]) {
    const file: FileOfSource = { kind: 'pipermail', path: join(folder, '2003-March.txt'), name: '' };
    writeFileSync(file.path, content);
    const texts: string[] = [];
    for await (const item of readSourceFile(file)) {
      if (item.kind !== 'message') throw new TypeError(item.kind);
      texts.push(Buffer.from(item.bytes).toString().replaceAll('\r', ''));
      const again = await readPlace(file, item);
      expect(Buffer.from(again.bytes).toString().replaceAll('\r', '')).toBe(texts.at(-1));
    }
    expect(texts).toEqual([
      'From: ann@example.org (Ann)\nSubject: 1\n\nFrom x at y\n',
      'From: bob@example.org\nSubject: 2\n\ny\n',
    ]);
  }
});
