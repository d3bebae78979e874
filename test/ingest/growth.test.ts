import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

const MIB = 1024 * 1024;

let directory: string;
let site: Site;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-growth-'));
  site = await openSiteAt(
    {
      dataDir: 'data',
      archives: { box: { paths: ['box.mbox'] } },
      connections: { default: { engine: 'sqlite' } },
    },
    directory,
  );
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

const box = (): string => join(directory, 'box.mbox');
const total = async (query: string): Promise<number> => (await site.count(query)).count;

/** An mbox message with an attachment of so many bytes, which costs little to parse. */
function heavy(id: string, bytes: number, text: string): string {
  const line = `${'A'.repeat(76)}\n`;
  const headers = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'];
  const body = [
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    '',
    line.repeat(Math.ceil(bytes / line.length)),
    '--b',
    '',
    text,
    '--b--',
  ].join('\n');
  return `From ann@example.org Fri Jan 31 12:00:00 2020\n${mailText({ id, headers, text: body })}\n`;
}

it('of a grown mbox only the tail is read', async () => {
  const mails = Array.from({ length: 300 }, (_, i) => ({ id: `m${i}@example.org`, text: `number${i}` }));
  writeFileSync(box(), mbox(mails));
  const first = await site.update({ workers: 2 });
  expect(first.totals).toMatchObject({ read: 300, indexed: 300 });
  appendFileSync(box(), mbox([{ id: 'new@example.org', text: 'tedder' }]));
  const grown = await site.update({ workers: 2 });
  expect(grown.totals).toMatchObject({ read: 301, indexed: 1, unchanged: 300 });
  // The message that was the last may have been torn: it is read again, then the new one, which is read once more to be indexed.
  expect(grown.totals.bytes).toBeLessThan(4 * mailText({ id: 'new@example.org', text: 'tedder' }).length);
  expect(await total('tedder')).toBe(1);
  expect((await site.update()).totals).toMatchObject({ indexed: 0, bytes: 0 });
});

it('that holds for one that several threads read', async () => {
  const filler = Array.from({ length: 40 }, (_, i) => heavy(`h${i}@example.org`, MIB, `number${i}`));
  writeFileSync(box(), filler.join(''));
  await site.update({ workers: 2 });
  appendFileSync(box(), mbox([{ id: 'new@example.org', text: 'tedder' }]));
  const grown = await site.update({ workers: 2 });
  expect(grown.totals).toMatchObject({ read: 41, indexed: 1 });
  expect(grown.totals.bytes).toBeLessThan(1.5 * MIB);
});

it('a last message that lies across the border of two stretches is read again when it was torn', async () => {
  const filler = heavy('h@example.org', 15.9 * MIB, 'filler');
  const last = heavy('last@example.org', MIB, 'quince');
  const cut = last.length - 40;
  writeFileSync(box(), filler + last.slice(0, cut));
  expect((await site.update({ workers: 2 })).totals).toMatchObject({ read: 2, indexed: 2 });
  expect(await total('quince')).toBe(0);
  appendFileSync(box(), last.slice(cut));
  await site.update({ workers: 2 });
  expect(await total('quince')).toBe(1);
  expect(await total('*')).toBe(2);
});
