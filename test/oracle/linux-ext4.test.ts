import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@hayrick/core';
import { type ArchiveFacts, countMatches, surveyArchive } from '@hayrick/core/testing';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpus } from '../corpora.ts';
import { openTemporarySite, type TemporarySite } from '../temporary-site.ts';
import { QUERIES } from './linux-ext4-queries.ts';

const READ = 42_700;
const MESSAGE_IDS = 42_667;
/** Milliseconds: the oracle reads every message and compares word by word, on a busy machine for minutes. */
const JUDGING = 400_000;
const folder = corpus(
  'lists/linux-ext4',
  'the whole of linux-ext4 indexed, and its answers compared with the oracle',
);

describe.skipIf(folder === null)('linux-ext4, from gzip files to answers', () => {
  let temporary: TemporarySite;
  let report: Report;
  let facts: ArchiveFacts;

  beforeAll(async () => {
    const files = filesIn(folder ?? '');
    facts = await surveyArchive(files);
    const archive = { paths: [join(folder ?? '', '*.mbox.gz')], address: 'linux-ext4@vger.kernel.org' };
    temporary = await openTemporarySite(
      { archives: { 'linux-ext4': archive }, connections: { default: { engine: 'sqlite' } } },
      '/',
    );
    report = await temporary.site.rebuild();
  });
  afterAll(async () => temporary.remove());

  it('reads every message', () => {
    expect(facts.read).toBe(READ);
    expect(report.problems).toEqual([]);
    expect(report.failures).toEqual([]);
    const documents = facts.messages.size;
    expect(report.totals).toMatchObject({
      read: READ,
      indexed: documents,
      duplicates: READ - documents,
      unchanged: 0,
      skipped: 0,
      quarantined: 0,
    });
    expect(report.connections['default']).toMatchObject({ added: documents, documents });
  });

  it('tells copies of a mail from different mails under one Message-ID', async () => {
    expect(facts.byMessageId.size).toBe(MESSAGE_IDS);
    const repeated = [...facts.byMessageId].filter(([, ids]) => ids.length > 1);
    const lines: string[] = [];
    for (const [messageId, ids] of repeated.toSorted()) {
      const different = new Set(ids).size;
      const shown = await temporary.site.show(messageId, { raw: true });
      expect(shown.map(({ id }) => id).toSorted(), messageId).toEqual([...new Set(ids)].toSorted());
      expect(
        shown.map(({ places }) => places.length).reduce((a, b) => a + b),
        messageId,
      ).toBe(ids.length);
      // mailparser has its own opinion of what a mail says.
      const contents = await Promise.all(shown.map(({ raw }) => contentOf(raw ?? new Uint8Array())));
      expect(new Set(contents).size, messageId).toBe(different);
      lines.push(
        `${messageId}: ${ids.length} times, ${different === 1 ? 'copies' : `${different} different mails`}`,
      );
    }
    const summary = `${facts.messages.size} documents of ${facts.read} messages under ${facts.byMessageId.size} Message-IDs`;
    await expect(`${[summary, '', ...lines].join('\n')}\n`).toMatchFileSnapshot('./linux-ext4-repeated.txt');
  });

  it('finds as many messages as the oracle, whatever the query', { timeout: JUDGING }, async () => {
    const files = filesIn(folder ?? '');
    const conditions = QUERIES.map(([, condition]) => condition);
    const expected = await countMatches(files, 'linux-ext4', facts, conditions);
    const totals: number[] = [];
    for (const [query] of QUERIES) totals.push((await temporary.site.count(query)).count);
    const told = (counts: readonly number[]): string[] =>
      QUERIES.map(([query], i) => `${query}: ${counts[i]}`);
    expect(told(totals)).toEqual(told(expected));
    expect(QUERIES.length).toBeGreaterThanOrEqual(40);
    // Nearly all must find something, or the comparison shows nothing.
    expect(expected.filter((count) => count > 0).length).toBeGreaterThanOrEqual(QUERIES.length - 3);
  });

  it('reads nothing anew when nothing changed', async () => {
    const again = await temporary.site.update();
    expect(again.totals).toMatchObject({ read: READ, indexed: 0, unchanged: facts.messages.size });
    expect(again.connections['default']).toMatchObject({ added: 0, updated: 0, removed: 0 });
  });
});

function filesIn(path: string): string[] {
  return readdirSync(path)
    .filter((name) => name.endsWith('.mbox.gz'))
    .toSorted()
    .map((name) => join(path, name));
}

/** What makes two mails the same, as another parser reads them. */
async function contentOf(raw: Uint8Array): Promise<string> {
  const mail = await simpleParser(Buffer.from(raw), { skipHtmlToText: true, skipTextToHtml: true });
  const { subject, date, inReplyTo, references, text, html, attachments } = mail;
  const people = [mail.from, mail.to, mail.cc, mail.bcc].flat().map((list) => list?.text);
  const files = attachments.map((file) => [file.contentType, file.filename, file.content.toString('base64')]);
  return JSON.stringify([people, subject, date, inReplyTo, references, text?.trimEnd(), html, files]);
}
