import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readMbox } from './read-mbox.ts';
import type { ReadOptions } from './read-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-mbox-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MARK = 'From a@example.org Wed Jan  1 10:08:38 2020\n';
const DATE = Date.parse('2020-01-01T10:08:38Z') / 1000;

/** What was read, short: text of messages, others by kind; and every place. */
async function read(content: string | Buffer, options: ReadOptions = {}, name = 'box') {
  const path = join(folder, name);
  writeFileSync(path, content, 'latin1');
  const texts: string[] = [];
  const places: [number, number][] = [];
  const items = [];
  for await (const item of readMbox(path, options)) {
    texts.push(item.kind === 'message' ? Buffer.from(item.bytes).toString() : item.kind);
    if (item.kind !== 'unreadable') places.push([item.offset, item.length]);
    items.push(item);
  }
  return { texts, places, items };
}

describe('readMbox', () => {
  it.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blank lines only', '\n\r\n\n', []],
    ['one message', `${MARK}A: 1\n\nx\n\n`, ['A: 1\n\nx\n']],
    ['one torn message', `${MARK}A: 1\n\nx`, ['A: 1\n\nx']],
    ['a torn separator', `${MARK}A: 1\n\nx\n\n${MARK.trim()}`, ['A: 1\n\nx\n', '']],
    ['no blank line at the end', `${MARK}A: 1\n\nx\n`, ['A: 1\n\nx\n']],
    ['one blank line of several', `${MARK}A: 1\n\nx\n\n\n\n${MARK}B: 2\n\n`, ['A: 1\n\nx\n\n\n', 'B: 2\n']],
    ['empty messages', `${MARK}\n${MARK}\n${MARK}`, ['', '', '']],
    [
      'CRLF',
      `${MARK}A: 1\n\nx\n\n${MARK}B: 2\n\ny\n\n`.replaceAll('\n', '\r\n'),
      ['A: 1\r\n\r\nx\r\n', 'B: 2\r\n\r\ny\r\n'],
    ],
    [
      'LF and CRLF mixed',
      `${MARK}A: 1\r\n\r\nx\r\n\n${MARK}B: 2\n\ny\n\r\n${MARK}C: 3\n`,
      ['A: 1\r\n\r\nx\r\n', 'B: 2\n\ny\n', 'C: 3\n'],
    ],
    ['a blank line first', `\n${MARK}A: 1\n`, ['A: 1\n']],
    ['a blank line with CRLF first', `\r\n${MARK}A: 1\n`, ['A: 1\n']],
    ['blank lines first', `\n\r\n\n${MARK}A: 1\n`, ['A: 1\n']],
    ['a byte order mark first', `\xef\xbb\xbf${MARK}A: 1\n`, ['A: 1\n']],
    ['a separator not behind a blank line', `${MARK}A: 1\n\nx\n${MARK}y\n`, [`A: 1\n\nx\n${MARK}y\n`]],
    ['a separator behind a line of a blank', `${MARK}A: 1\n\nx\n \n${MARK}y\n`, [`A: 1\n\nx\n \n${MARK}y\n`]],
    [
      'text that begins with From',
      `${MARK}A: 1\n\nFrom here on it is text.\n\nFrom\n\nFrom \n`,
      ['A: 1\n\nFrom here on it is text.\n\nFrom\n\nFrom \n'],
    ],
    [
      'From in a word or in the middle',
      `${MARK}A: 1\n\nFromage\n\n ${MARK}`,
      [`A: 1\n\nFromage\n\n ${MARK}`],
    ],
    [
      'escapes',
      `${MARK}A: 1\n\n>From a\n>>From b\n>>>From c\n> From d\n>Fromage\nx >From e\n>> >From f\n`,
      ['A: 1\n\nFrom a\n>From b\n>>From c\n> From d\n>Fromage\nx >From e\n>> >From f\n'],
    ],
    ['an escape in the first line and at the end', `${MARK}>From a\n>From `, ['From a\nFrom ']],
    ['a first line without a date', 'From ann@example.org\nA: 1\n\nx\n', ['A: 1\n\nx\n']],
    [
      'a later line without a date',
      `${MARK}A: 1\n\nFrom ann@example.org\nB: 2\n`,
      ['A: 1\n\nFrom ann@example.org\nB: 2\n'],
    ],
    ['garbage first', `what is this\n\n${MARK}A: 1\n`, ['garbage', 'A: 1\n']],
    ['a header block first', `Subject: x\n\n${MARK}A: 1\n`, ['garbage', 'A: 1\n']],
    ['garbage only', 'what is this\n', ['garbage']],
    ['a first line that is text', 'From here on\nit is text\n', ['garbage']],
    [
      'a line too long for a separator',
      `${MARK}A: 1\n\nFrom ${'a'.repeat(2000)} ${MARK.slice(6)}`,
      [`A: 1\n\nFrom ${'a'.repeat(2000)} ${MARK.slice(6)}`],
    ],
    ['NULs and bytes beyond ASCII', `${MARK}A: \0\xff\xfe\n\n`, ['A: \0\ufffd\ufffd\n']],
  ])('reads %s', async (_, content, expected) => {
    const { texts, places } = await read(content);
    expect(texts).toEqual(expected);
    const first = places[0]?.[0] ?? 0;
    let reached = first;
    for (const [offset, length] of places) {
      expect(offset).toBe(reached);
      reached = offset + length;
    }
    if (places.length > 0) {
      expect(reached).toBe(content.length);
      expect(content.slice(0, first)).toMatch(/^(?:\xef\xbb\xbf)?[\r\n]*$/);
    }
    expect((await read(gzipSync(Buffer.from(content, 'latin1')))).places).toEqual(places);
  });

  it('tells the date of the separator', async () => {
    const { items } = await read(`${MARK}A: 1\n\nFrom b Thu Jan  1 00:00:00 1970\nB: 2\n\n`);
    expect(items.map((item) => (item.kind === 'message' ? item.placeDate : item.kind))).toEqual([DATE, null]);
  });

  it('says where garbage lies and why it is none', async () => {
    const { items } = await read(`\nwhat\n\n${MARK}A: 1\n`);
    expect(items[0]).toEqual({
      kind: 'garbage',
      name: '',
      offset: 1,
      length: 6,
      reason: expect.stringContaining('"From " line'),
    });
  });

  it.each([1, 9, 10, 100])('cuts a message at %d bytes and tells its true length', async (messageBytes) => {
    const long = `${'x'.repeat(29)}\n`.repeat(9000);
    const { texts, items } = await read(`${MARK}${long}\n${MARK}B: 2\n\n${MARK}${long}`, {
      messageBytes,
      windowBytes: 8192,
    });
    const second = 'B: 2\n';
    expect(texts).toEqual([
      long.slice(0, messageBytes),
      second.slice(0, messageBytes),
      long.slice(0, messageBytes),
    ]);
    expect(items.map((item) => item.kind === 'message' && item.length)).toEqual([
      MARK.length + long.length + 1,
      MARK.length + 6,
      MARK.length + long.length,
    ]);
    expect(items.map((item) => item.kind === 'message' && item.cut === true)).toEqual([
      true,
      messageBytes < second.length,
      true,
    ]);
  });

  it('does not cut a message of just the limit', async () => {
    const { items } = await read(`${MARK}12345\n\n${MARK}`, { messageBytes: 6 });
    expect(items[0]).not.toHaveProperty('cut');
  });

  it.each([
    ['a file that is not there', 'absent', 'SOURCE_MISSING'],
    ['a folder', 'folder', 'SOURCE_UNREADABLE'],
  ])('says that %s cannot be read', async (_, name, code) => {
    mkdirSync(join(folder, 'folder'), { recursive: true });
    const items = await Array.fromAsync(readMbox(join(folder, name)));
    expect(items).toEqual([
      { kind: 'unreadable', name: '', offset: 0, error: expect.objectContaining({ code }) },
    ]);
  });

  it('ends at once when aborted', async () => {
    await expect(read(`${MARK}A: 1\n`, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});
