import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSettings, embedSite, type OwnFieldsOf, type SettingsInput, type Site } from '@hayrick/core';
import { everyEngine } from '../backends/engines.ts';

interface LedgerMail {
  readonly id: string;
  readonly date: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly headers?: readonly string[];
}

const PUBLIC: readonly LedgerMail[] = [
  {
    id: 'one',
    date: 'Mon, 6 Jan 2020 10:00:00 +0000',
    from: 'Ted Miller <ted@mill.example.org>',
    subject: 'Journal of the mill',
    text: 'The journal tells of flour and of the wheel.',
    headers: [
      'X-Price: 12.5',
      'X-Price: 3',
      'Change-Id: I0B',
      'X-Due: Wed, 1 Jan 2020 00:00:00 +0000',
      'X-Topic: Wheel repair',
    ],
  },
  {
    id: 'two',
    date: 'Tue, 7 Jan 2020 10:00:00 +0000',
    from: 'Ann Baker <ann@bakery.example.com>',
    subject: 'Re: Journal of the mill',
    text: 'Flour, flour and more flour; no journal.',
    headers: ['In-Reply-To: <one@ledger.example>', 'X-Price: 7', 'Change-Id: I0A', 'X-Topic: Flour prices'],
  },
  {
    id: 'three',
    date: 'Sat, 1 Feb 2020 10:00:00 +0000',
    from: 'Ann Baker <ann@bakery.example.com>',
    subject: 'Sacks counted (again)',
    text: 'We counted the sacks. The wheel stands still.',
    headers: ['Change-Id: I0C', 'X-Due: Fri, 1 May 2020 00:00:00 +0000'],
  },
  {
    id: 'four',
    date: 'Sat, 1 Feb 2020 10:00:00 +0000',
    from: 'Bo <bo@example.org>',
    subject: 'Wheel',
    text: 'A longer letter about the wheel, the journal, the flour and a great many other things that matter less, told at length and more than once over.',
    headers: ['X-Price: -4'],
  },
  {
    id: 'five',
    date: 'Tue, 2 Mar 2021 08:30:00 +0000',
    from: 'Ted Miller <ted@mill.example.org>',
    subject: 'Grinding stones',
    text: 'Two stones are worn. See the journal, please.',
  },
];

const PRIVATE: readonly LedgerMail[] = [
  {
    id: 'secret',
    date: 'Wed, 3 Mar 2021 08:30:00 +0000',
    from: 'Ted Miller <ted@mill.example.org>',
    subject: 'Journal of debts',
    text: 'The journal of flour that nobody may see.',
    headers: ['X-Price: 1000', 'Change-Id: Z9', 'X-Topic: Debts'],
  },
];

const FIELDS = {
  price: { header: 'X-Price', kind: 'number', stored: true },
  due: { header: 'X-Due', kind: 'date', stored: true },
  changeId: { header: 'Change-Id', kind: 'keyword', stored: true },
  topic: { header: 'X-Topic', kind: 'text', weight: 5 },
} as const;

const SETTINGS = defineSettings({
  archives: {
    mill: { paths: ['mill.mbox'], access: 'public', address: 'mill@lists.example.org' },
    vault: { paths: ['vault.mbox'], access: 'private', readers: ['ada'] },
  },
  connections: { default: { engine: 'memory' } },
  fields: FIELDS,
});

export type LedgerFields = OwnFieldsOf<typeof SETTINGS>;

/** A small archive with own fields on every engine, and what takes it away again. */
export interface LedgerSite {
  readonly site: Site<LedgerFields>;
  /** Connections, one an engine; the first is the default. */
  readonly engines: readonly string[];
  remove(): Promise<void>;
}

/**
 * @param skipped what does not run on an engine that is not there
 * @param more settings of the site that reads
 */
export async function openLedger(skipped: string, more: Partial<SettingsInput> = {}): Promise<LedgerSite> {
  const folder = await mkdtemp(join(tmpdir(), 'hayrick-ledger-'));
  await writeFile(join(folder, 'mill.mbox'), PUBLIC.map(written).join(''));
  await writeFile(join(folder, 'vault.mbox'), PRIVATE.map(written).join(''));
  const engines = await everyEngine(skipped);
  const place = (name: string): string => join(folder, name);
  const connections = Object.fromEntries(
    engines.map(({ name, module, settings }, i) => [
      i === 0 ? 'default' : name,
      { engine: module, ...settings(place(name)) },
    ]),
  );
  const around = { directory: folder, from: import.meta.url, now: () => Date.UTC(2021, 5, 1) };
  const input = { ...SETTINGS, connections: { default: { engine: 'memory' }, ...connections } };
  const built = await embedSite(input, around);
  const report = await built.rebuild({ workers: 1 });
  await built.close();
  if (report.failures.length > 0) throw new Error(JSON.stringify(report.failures));
  const site = await embedSite({ ...input, ...more }, around);
  return {
    site: site as Site<LedgerFields>,
    engines: Object.keys(connections),
    async remove() {
      await site.close();
      for (const engine of engines) await engine.forget(place(engine.name));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function written({ id, date, from, subject, text, headers = [] }: LedgerMail): string {
  const head = [
    `From: ${from}`,
    'To: mill@lists.example.org',
    `Subject: ${subject}`,
    `Date: ${date}`,
    `Message-ID: <${id}@ledger.example>`,
  ];
  return `From x@example.org Sat Jan  1 10:00:00 2022\n${[...head, ...headers].join('\n')}\n\n${text}\n\n`;
}
