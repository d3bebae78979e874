import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Report, SettingsInput, Site } from '@hayrick/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Mail, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** A message that may stand in several files, in copies that differ in what their places tell. */
interface Letter {
  readonly number: number;
  readonly day: number;
  readonly copies: readonly {
    readonly file: number;
    readonly received: number | null;
    readonly lines: number;
  }[];
}

const FILES = ['one/a.mbox', 'one/b.mbox', 'two/a.mbox', 'two/b.mbox.gz'] as const;
const ARCHIVES: SettingsInput['archives'] = {
  one: { paths: ['one-*'], access: 'public' },
  two: { paths: ['two-*'], access: 'public' },
};

const copy = fc.record({
  file: fc.nat({ max: FILES.length - 1 }),
  received: fc.option(fc.integer({ min: 1, max: 28 })),
  lines: fc.nat({ max: 3 }),
});
const letters: fc.Arbitrary<readonly Letter[]> = fc
  .array(
    fc.record({
      // 40: a date that no copy's arrival makes believable.
      day: fc.constantFrom(1, 2, 2, 3, 4, 40),
      copies: fc.array(copy, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) => all.map((letter, number) => ({ ...letter, number })));

function mailOf({ number, day }: Letter, { received, lines }: Letter['copies'][number]): Mail {
  const trace = Array.from({ length: lines }, (_, i) => `X-Trace: the same letter on another way, ${i}`);
  const arrival = received === null ? [] : [`Received: by example.org; ${received} Feb 2020 10:00:00 +0000`];
  return {
    id: `m${number}@example.org`,
    date: day === 40 ? '1 Jan 2031 10:00:00 +0000' : `${day} Feb 2020 10:00:00 +0000`,
    text: `number${number}\nFrom here on it is the same\n${'scythe '.repeat(number % 4)}`,
    headers: [...arrival, ...trace],
  };
}

function write(folder: string, all: readonly Letter[]): void {
  for (const [file, name] of FILES.entries()) {
    const mails = all.flatMap((letter) =>
      letter.copies.filter((c) => c.file === file).map((c) => mailOf(letter, c)),
    );
    // Some mailboxes escape lines that begin with From, others do not.
    const text = file % 2 === 0 ? mbox(mails).replaceAll('\nFrom here', '\n>From here') : mbox(mails);
    const path = join(folder, name.replace('/', '-'));
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  }
}

const QUERIES = [
  'scythe',
  '"from here on"',
  'list:one',
  'list:two -list:one',
  'larger:330',
  'received:2020-02-03..2020-02-20',
];

async function seen(site: Site): Promise<unknown> {
  const hits: unknown[] = [];
  for (const sort of ['oldest', 'newest'] as const) {
    for await (const { id, archives, date } of site.stream('*', { sort })) hits.push({ id, archives, date });
  }
  const totals: Record<string, number> = {};
  for (const query of QUERIES) totals[query] = (await site.count(query)).count;
  return { hits, totals };
}

const counts = ({ totals }: Report) => {
  const { read, indexed, unchanged, duplicates, quarantined } = totals;
  return { read, indexed, unchanged, duplicates, quarantined };
};

it('a first build gives the index that a rebuild gives', async () => {
  await fc.assert(
    fc.asyncProperty(letters, async (all) => {
      const folder = mkdtempSync(join(tmpdir(), 'hayrick-first-'));
      const settings = {
        dataDir: 'data',
        archives: ARCHIVES,
        connections: { default: { engine: 'sqlite' } },
      };
      write(folder, all);
      const site = await openSiteAt(settings, folder);
      try {
        const first = await site.update({ workers: 2 });
        const atFirst = await seen(site);
        const messages = new Set(all.map(({ number }) => number)).size;
        expect(first.connections['default']).toMatchObject({
          added: messages,
          updated: 0,
          documents: messages,
        });
        expect((await site.update()).totals).toMatchObject({ indexed: 0, bytes: 0 });
        const again = await site.rebuild({ workers: 1 });
        expect(counts(again)).toEqual(counts(first));
        expect(await seen(site)).toEqual(atFirst);
      } finally {
        await site.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 15 },
  );
});
