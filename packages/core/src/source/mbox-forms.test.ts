import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMbox } from './read-mbox.ts';
import { readPlace } from './read-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-forms-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MARK = 'From a@example.org Wed Jan  1 10:08:38 2020\n';
const A = 'From: a@example.org\nSubject: 1\n\nx\n';
const B = 'From: b@example.org\nSubject: 2\n\ny\n';

/** The texts of a file's messages, each the same when it is read again by its place. */
async function textsOf(content: string): Promise<string[]> {
  const path = join(folder, 'box');
  writeFileSync(path, content, 'latin1');
  const texts: string[] = [];
  for await (const item of readMbox(path)) {
    if (item.kind !== 'message') throw new TypeError(`${item.kind} at ${item.offset}`);
    const text = Buffer.from(item.bytes).toString('latin1');
    const again = await readPlace({ kind: 'mbox', path, name: '' }, item);
    expect(Buffer.from(again.bytes).toString('latin1')).toBe(text);
    texts.push(text);
  }
  return texts;
}

const mac = (text: string) => text.replaceAll('\n', '\r');
const dos = (text: string) => text.replaceAll('\n', '\r\n');

describe('line ends', () => {
  it.each<[string, string, string[]]>([
    ['CR alone', mac(`${MARK}${A}\n${MARK}${B}\n`), [mac(A), mac(B)]],
    ['CR alone, no blank line at the end', mac(`${MARK}${A}\n${MARK}${B}`), [mac(A), mac(B)]],
    ['CR alone, one blank line of several', mac(`${MARK}${A}\n\n${MARK}${B}`), [mac(`${A}\n`), mac(B)]],
    [
      'CR alone, with escapes',
      mac(`${MARK}${A}>From x\n>>From y\n\n${MARK}${B}`),
      [mac(`${A}From x\n>From y\n`), mac(B)],
    ],
    ['CR alone, empty messages', mac(`${MARK}\n${MARK}\n${MARK}`), ['', '', '']],
    ['CR alone, behind blank lines', mac(`\n\n${MARK}${A}`), [mac(A)]],
    ['CR alone, a first line without a date', mac(`From ann@example.org\n${A}`), [mac(A)]],
    [
      'CR CR LF',
      `${MARK}${A}\n${MARK}${B}`.replaceAll('\n', '\r\r\n'),
      [A.replaceAll('\n', '\r\r\n'), B.replaceAll('\n', '\r\r\n')],
    ],
    [
      'a message in each',
      `${MARK}${A}\n${dos(`${MARK}${A}\n`)}${mac(`${MARK}${A}\n`)}${MARK}${B}`,
      [A, dos(A), mac(A), B],
    ],
    [
      'CR before CRLF and LF',
      `${mac(`${MARK}${A}\n`)}${dos(`${MARK}${A}\n`)}${mac(`${MARK}${A}\n`)}${MARK}${B}`,
      [mac(A), dos(A), mac(A), B],
    ],
    ['separators in CRLF, the rest in LF', `${dos(MARK)}${A}\n${dos(MARK)}${B}`, [A, B]],
    [
      'a CR within a line',
      `${MARK}${A}\rFrom here on it is text\rFrom x\n\n${MARK}${B}`,
      [`${A}\rFrom here on it is text\rFrom x\n`, B],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await textsOf(content)).toEqual(expected);
  });
});

describe('a postmark without a blank line above it', () => {
  it.each<[string, string, string[]]>([
    ['separates before header lines', `${MARK}${A}${MARK}${B}`, [A, B]],
    ['separates with CRLF', dos(`${MARK}${A}${MARK}${B}`), [dos(A), dos(B)]],
    ['separates with CR', mac(`${MARK}${A}${MARK}${B}`), [mac(A), mac(B)]],
    [
      'separates behind a message without an end',
      `${MARK}${A}--=_b--\n${MARK}Received: by x\n\tfor y\nDate: z\n`,
      [`${A}--=_b--\n`, 'Received: by x\n\tfor y\nDate: z\n'],
    ],
    [
      'separates before a long header',
      `${MARK}${A}${MARK}Received: ${'x'.repeat(2000)}\nTo: y\n`,
      [A, `Received: ${'x'.repeat(2000)}\nTo: y\n`],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await textsOf(content)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['before text', `${MARK}hello there,\nthis was his mail\n`],
    ['before one header line', `${MARK}Subject: x\n\ntext\n`],
    ['before header lines that no mail has', `${MARK}Name: x\nColour: y\n\ntext\n`],
    ['before a blank line and header lines', `${MARK}\n${B}`],
    ['before quoted header lines', `${MARK}> From: b\n> Subject: y\n`],
    ['quoted', `> ${MARK}> ${B}`],
    ['behind a quoted line', `> said\n${MARK}${B}`],
    ['behind an introduction', `Ann wrote in her mailbox:\n${MARK}${B}`],
    ['behind the line of one who forwards', `--- Forwarded by Ann ---\n${MARK}${B}`],
    ['behind "Original message"', `-----Original Message-----\n${MARK}${B}`],
    ['without a date', `From ann@example.org\n${B}`],
    ['with a time alone', `From ann@example.org 10:08\n${B}`],
  ])('is text %s', async (_, text) => {
    const last = A.replace('1', '9');
    expect(await textsOf(`${MARK}${A}${text}\n${MARK}${last}`)).toEqual([`${A}${text}`, last]);
  });

  it('is text directly behind another one', async () => {
    expect(await textsOf(`${MARK}${MARK}${A}`)).toEqual([`${MARK}${A}`]);
  });
});

describe('text that begins with From', () => {
  it.each<[string, string]>([
    ['a sentence', 'From here on it is text.\n'],
    ['a sentence behind a blank line', '\nFrom here on it is text.\n'],
    ['a header behind a blank line', '\nFrom: ann\nSubject: x\n'],
    ['an address behind a blank line', '\nFrom ann@example.org\nSubject: x\nTo: y\n'],
    ['a date without a time behind a blank line', '\nFrom Monday, 1 Jan 2020 to Friday\nit rained\n'],
    ['a time behind a blank line', '\nFrom 10:00 to 11:00 on Jan 1 2020\n'],
    ['an escaped postmark', `>${MARK}`],
    ['an indented postmark', `\n ${MARK}`],
  ])('%s stays text', async (_, text) => {
    const unescaped = text.replace(/^>From/, 'From');
    expect(await textsOf(`${MARK}${A}${text}\n${MARK}${B}`)).toEqual([`${A}${unescaped}`, B]);
  });
});

describe('Content-Length', () => {
  const quoted = `Look:\n\n${MARK}${B}\nthat was it\n`;
  const withLength = (body: string, length: number, name = 'Content-Length') =>
    `From: a@example.org\n${name}: ${length}\nSubject: 1\n\n${body}`;
  const marks = (text: string) => [...text.matchAll(/^From .*2020$/gm)].length;

  it.each<[string, string]>([
    ['followed by a blank line', withLength(quoted, quoted.length)],
    ['in lower case', withLength(quoted, quoted.length, 'content-length')],
    ['that counts the blank line', withLength(quoted, quoted.length + 1)],
    ['that leaves out the last line end', withLength(quoted, quoted.length - 1)],
    ['with more than a window', withLength(quoted.repeat(20_000), quoted.length * 20_000)],
    ['of nothing', withLength('', 0)],
  ])('counts where it is true: %s', async (_, message) => {
    expect(await textsOf(`${MARK}${message}\n${MARK}${A}\n${MARK}${message}\n`)).toEqual([
      message,
      A,
      message,
    ]);
    // Of no body the blank line that ends the header ends the message as well.
    expect(await textsOf(`${MARK}${message}`)).toEqual([message.replace(/\n\n$/, '\n')]);
  });

  it('counts with CRLF and with CR', async () => {
    for (const ends of [dos, mac]) {
      const message = ends(withLength(quoted, ends(quoted).length));
      expect(await textsOf(`${ends(MARK)}${message}${ends('\n')}${ends(MARK)}${ends(A)}`)).toEqual([
        message,
        ends(A),
      ]);
    }
  });

  it('counts without any line between messages', async () => {
    const message = withLength(quoted, quoted.length);
    expect(await textsOf(`${MARK}${message}${MARK}${message}`)).toEqual([message, message]);
  });

  it('counts behind a message without one, and in a packed file', async () => {
    const message = withLength(quoted, quoted.length);
    expect(await textsOf(`${MARK}${A}\n${MARK}${message}\n${MARK}${A}`)).toEqual([A, message, A]);
  });

  it.each<[string, number]>([
    ['too small', 5],
    ['too large', 700],
    ['one too small', quoted.length - 2],
    ['beyond the end', 1_000_000],
    ['beyond every limit', 9_999_999_999],
  ])('is passed over where it lies: %s', async (_, length) => {
    const plain = 'text\nof several lines\n';
    const message = withLength(plain, length);
    expect(await textsOf(`${MARK}${message}\n${MARK}${A}\n${MARK}${message}\n${MARK}${B}`)).toEqual([
      message,
      A,
      message,
      B,
    ]);
    // Nothing protects a postmark then.
    const split = `${MARK}${withLength(quoted, length)}\n${MARK}${A}`;
    expect(await textsOf(split)).toHaveLength(marks(split));
  });

  it('is not that of the next message', async () => {
    const second = withLength('z\n', 2);
    expect(await textsOf(`${MARK}From: x\nSubject: y\n${MARK}${second}\n${MARK}${A}`)).toEqual([
      'From: x\nSubject: y\n',
      second,
      A,
    ]);
  });
});

it('takes no time over hostile lines', async () => {
  const lines = [
    `x\n${MARK}`,
    `x\n${MARK}a:\n`,
    `\nFrom ${'a@'.repeat(400)} 1\n`,
    `\nFrom ${'Wed '.repeat(200)}\n`,
    `${': '.repeat(400)}\n${MARK}`,
  ];
  for (const line of lines) {
    const path = join(folder, 'hostile');
    writeFileSync(path, `${MARK}${A}${line.repeat(20_000)}`);
    expect(await Array.fromAsync(readMbox(path))).toHaveLength(1);
  }
});

it('tells of a file that became shorter while it was read', async () => {
  const path = join(folder, 'shrinks');
  const many = Array.from({ length: 200_000 }, () => `${MARK}${A}\n`).join('');
  writeFileSync(path, many);
  const items = [];
  for await (const item of readMbox(path, { windowBytes: 16 * 1024 })) {
    if (items.push(item.kind) === 1) writeFileSync(path, many.slice(0, 50_000));
    if (item.kind === 'unreadable')
      expect(item.error).toMatchObject({
        code: 'SOURCE_CHANGED',
        message: expect.stringContaining('shorter'),
      });
  }
  expect(items.at(-1)).toBe('unreadable');
});
