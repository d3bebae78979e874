import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMbox } from './read-mbox.ts';
import { recognise } from './recognise.ts';

const corpora = fileURLToPath(new URL('../../../../../shared/corpora', import.meta.url));
const present = existsSync(corpora);

if (!present) {
  const text = `No corpora at ${corpora}: the tests that read real lists are left out.`;
  if (process.env['CI'] === 'true') throw new Error(text);
  process.stderr.write(`${text}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'hayrick-corpora-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Totals {
  messages: number;
  bytes: number;
  others: number;
  dated: number;
  untiled: number;
}

async function totalsOf(path: string, from = 0, to: number | null = null): Promise<Totals> {
  const totals: Totals = { messages: 0, bytes: 0, others: 0, dated: 0, untiled: 0 };
  let reached = -1;
  for await (const item of readMbox(path, { from, to })) {
    if (item.kind !== 'message') {
      totals.others++;
      continue;
    }
    totals.messages++;
    totals.bytes += item.length;
    if (item.placeDate !== null) totals.dated++;
    if (reached !== -1 && item.offset !== reached) totals.untiled++;
    reached = item.offset + item.length;
  }
  return totals;
}

describe.skipIf(!present)('real lists', () => {
  it.each([
    ['linux-ext4', 42_700, 409_834_776],
    ['blinux-list', 6_019, 52_409_615],
    ['openwrt-devel', 7_229, 97_068_359],
  ])('%s has %d messages', async (list, messages, bytes) => {
    const { sources, ignored } = await recognise(join(corpora, 'lists', list));
    expect(ignored).toEqual([]);
    const sum: Totals = { messages: 0, bytes: 0, others: 0, dated: 0, untiled: 0 };
    for (const source of sources) {
      expect(source.kind).toBe('mbox');
      const totals = await totalsOf(source.path);
      for (const key of ['messages', 'bytes', 'others', 'dated', 'untiled'] as const) sum[key] += totals[key];
    }
    expect(sum).toEqual({ messages, bytes, others: 0, dated: messages, untiled: 0 });
  });

  describe('unpacked and divided', () => {
    const plain = join(folder, '2023.mbox');
    beforeAll(() =>
      writeFileSync(plain, gunzipSync(readFileSync(join(corpora, 'lists/blinux-list/2023.mbox.gz')))),
    );

    it('gives each message once', async () => {
      const whole = await totalsOf(plain);
      expect(whole.messages).toBe(1_009);
      let messages = 0;
      const part = Math.ceil(whole.bytes / 7);
      for (let from = 0; from < whole.bytes; from += part)
        messages += (await totalsOf(plain, from, from + part)).messages;
      expect(messages).toBe(whole.messages);
    });
  });
});

describe.skipIf(!present)('fixtures of other projects', () => {
  const mboxes = join(corpora, 'mime/rjbs_Email-Folder/t/mboxes');

  it.each([
    ['testmbox', 10],
    ['testmbox.dos', 10],
    ['testmbox.mac', 10],
    ['testmbox.empty', 0],
    ['mboxcl2', 3],
    ['mboxcl2.lies', 3],
    ['mboxcl3', 2],
  ])('%s has %d messages', async (name, messages) => {
    expect(await totalsOf(join(mboxes, name))).toMatchObject({ messages, others: 0 });
  });

  it.each([
    ['dovecot_imaptest/src/tests/default.mbox', 6],
    ['dovecot_imaptest/src/tests/search-date.mbox', 16],
    ['dovecot_imaptest/src/tests/thread-orderedsubject.mbox', 15],
    ['ietf-tools_mailarch/backend/mlarchive/tests/data/export.mbox', 21],
    ['ietf-tools_mailarch/backend/mlarchive/tests/data/mailbox_mbox', 1],
    [
      'apache_tika/tika-parsers/tika-parsers-standard/tika-parsers-standard-modules/tika-parser-mail-module/src/test/resources/test-documents/quoted.mbox',
      1,
    ],
  ])('%s has %d messages', async (path, messages) => {
    expect(await totalsOf(join(corpora, 'mime', path))).toMatchObject({ messages, others: 0, untiled: 0 });
  });

  it('reads the same whatever the line ends', async () => {
    const unix = readFileSync(join(mboxes, 'testmbox'), 'latin1');
    const texts: string[][] = [];
    for (const end of ['\n', '\r\n', '\r']) {
      const path = join(folder, 'ends');
      writeFileSync(path, unix.replaceAll('\n', end), 'latin1');
      const own: string[] = [];
      for await (const item of readMbox(path)) {
        if (item.kind === 'message')
          own.push(Buffer.from(item.bytes).toString('latin1').replaceAll(end, '\n'));
      }
      texts.push(own);
    }
    expect(texts[0]).toHaveLength(10);
    expect(texts[1]).toEqual(texts[0]);
    expect(texts[2]).toEqual(texts[0]);
  });

  it.each([
    ['mailbox_to', 'eml'],
    ['mailbox_received', 'eml'],
    ['mailbox-x-envelope-from', 'eml'],
    ['mailbox_mbox', 'mbox'],
  ])('%s, whose first line is odd, is %s', async (name, kind) => {
    const { sources } = await recognise(
      join(corpora, 'mime/ietf-tools_mailarch/backend/mlarchive/tests/data', name),
    );
    expect(sources.map((source) => source.kind)).toEqual([kind]);
  });

  it('knows a message under any name, and no mail for what it is', async () => {
    const { sources, ignored } = await recognise(join(corpora, 'mime/mikel_mail'));
    expect(sources.map((source) => source.kind)).toEqual(['eml']);
    expect(ignored.length).toBeLessThan(3);
  });
});
