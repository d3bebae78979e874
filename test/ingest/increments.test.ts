import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, Site } from '@hayrick/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSiteAt } from '../site-at.ts';
import { openTemporarySite } from '../temporary-site.ts';
import { ARCHIVES, type Copy, MailFolder } from './mail-folder.ts';

const SETTINGS = { archives: ARCHIVES, connections: { default: { engine: 'sqlite' } } } as const;
const QUERIES = [
  '*',
  'scythe',
  'subject:quince',
  '"and number7"',
  'number* -hedgehog',
  'from:ann1@example.org',
  'list:many OR list:dir',
  'list:plain list:loose',
  'larger:400',
  'received:2020-03-03..2020-03-09',
  'before:2020-02-14',
];

/** What people can see of a site: messages in date order with what is shown of them, and how many match. */
async function seen(site: Site): Promise<unknown> {
  const hits: unknown[] = [];
  for await (const { id, archives, date, subject, messageId } of site.stream('*', { sort: 'oldest' })) {
    hits.push({ id, archives, date, subject, messageId });
  }
  const totals: Record<string, number> = {};
  for (const query of QUERIES) totals[query] = (await site.count(query)).count;
  return { hits, totals };
}

function checkSum({ totals }: Report): void {
  const { read, indexed, unchanged, duplicates, skipped, quarantined } = totals;
  expect(read).toBe(indexed + unchanged + duplicates + skipped + quarantined);
}

/** What an update and a fresh build must agree on. */
function counted({ totals, archives }: Report): unknown {
  const { read, duplicates, quarantined } = totals;
  return {
    read,
    duplicates,
    quarantined,
    archives: Object.fromEntries(Object.entries(archives).map(([name, counts]) => [name, counts.read])),
  };
}

type Step = (folder: MailFolder) => void;

const copy = fc.record({ mail: fc.nat(20), day: fc.nat(12) });
const some = fc.array(copy, { minLength: 1, maxLength: 3 });
const at = fc.nat(1000);

function pick<T>(values: Iterable<T>, index: number): T | undefined {
  const all = [...values];
  return all[index % Math.max(1, all.length)];
}

function named<T>(
  make: (folder: MailFolder) => Iterable<string>,
  index: number,
  work: (f: MailFolder, name: string) => T,
): Step {
  return (folder) => {
    const name = pick(make(folder), index);
    if (name !== undefined) work(folder, name);
  };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  some.map(
    (copies): Step =>
      (f) =>
        f.appendPlain(copies),
  ),
  copy.map(
    (one): Step =>
      (f) =>
        f.tearPlain(one),
  ),
  fc.tuple(some, at).map(
    ([copies, n]): Step =>
      (f) =>
        f.rewritePlain([...copies, ...f.plain.filter((_, i) => (i + n) % 3 !== 0).reverse()]),
  ),
  fc.nat(4).map(
    (n): Step =>
      (f) =>
        f.rewritePlain(f.plain.slice(0, -n - 1)),
  ),
  at.map(
    (n): Step =>
      (f) =>
        f.rewritePlain(f.plain.toSpliced(n % Math.max(1, f.plain.length), 1)),
  ),
  some.map(
    (copies): Step =>
      (f) =>
        f.rewritePacked([...f.packed.slice(1), ...copies]),
  ),
  copy.map(
    (one): Step =>
      (f) =>
        f.deliver(one),
  ),
  at.map((n) =>
    named(
      (f) => f.dir.keys(),
      n,
      (f, name) => f.flag(name),
    ),
  ),
  at.map((n) =>
    named(
      (f) => f.dir.keys(),
      n,
      (f, name) => f.removeDelivered(name),
    ),
  ),
  copy.map(
    (one): Step =>
      (f) =>
        f.writeLoose(`${f.newName()}.eml`, one),
  ),
  fc.tuple(copy, at).map(([one, n]) =>
    named(
      (f) => f.loose.keys(),
      n,
      (f, name) => f.writeLoose(name, one),
    ),
  ),
  at.map((n) =>
    named(
      (f) => f.loose.keys(),
      n,
      (f, name) => f.renameLoose(name, `${f.newName()}.eml`),
    ),
  ),
  at.map((n) =>
    named(
      (f) => f.loose.keys(),
      n,
      (f, name) => f.removeLoose(name),
    ),
  ),
  some.map(
    (copies): Step =>
      (f) =>
        f.writeMany(`${f.newName()}.mbox`, copies),
  ),
  at.map((n) =>
    named(
      (f) => f.many.keys(),
      n,
      (f, name) => f.removeMany(name),
    ),
  ),
  fc.tuple(at, fc.nat(3)).map(
    ([n, to]): Step =>
      (f) =>
        copyOver(f, n, to),
  ),
);

/** A message of one archive also comes to another, as a cross-post does. */
function copyOver(folder: MailFolder, n: number, to: number): void {
  const all: Copy[] = [...folder.plain, ...folder.packed, ...folder.dir.values(), ...folder.loose.values()];
  const one = pick(all, n);
  if (one === undefined) return;
  if (to === 0) folder.appendPlain([one]);
  else if (to === 1) folder.deliver(one);
  else if (to === 2) folder.rewritePacked([...folder.packed, one]);
  else folder.writeLoose(`${folder.newName()}.eml`, one);
}

it('however an archive changes, an update that removes ends where a fresh build does', async () => {
  const walk = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 6 });
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  process.stderr.write(`seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(some, some, walk, async (plain, packed, steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'hayrick-increments-'));
      const folder = new MailFolder(directory);
      folder.appendPlain(plain);
      folder.rewritePacked(packed);
      folder.writeLoose('first.eml', { mail: 2, day: 2 });
      folder.writeMany('first.mbox', [{ mail: 2, day: 4 }]);
      const site = await openSiteAt({ ...SETTINGS, dataDir: join(directory, 'data') }, directory);
      try {
        await site.update({ workers: 1 });
        for (const together of steps) {
          for (const one of together) one(folder);
          const report = await site.update({ remove: true, workers: 1 });
          expect(report.problems).toEqual([]);
          checkSum(report);
          const fresh = await openTemporarySite(SETTINGS, directory);
          const whole = await fresh.site.update({ workers: 1 });
          checkSum(whole);
          expect(counted(report)).toEqual(counted(whole));
          expect(await seen(site)).toEqual(await seen(fresh.site));
          await fresh.remove();
          const again = await site.update({ remove: true, workers: 1 });
          expect(again.totals).toMatchObject({ indexed: 0, bytes: 0, removed: 0, read: report.totals.read });
        }
      } finally {
        await site.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 5), seed, endOnFailure: true },
  );
});
