import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { inShort, MESSAGES, makeVerifiedSite, type VerifiedSite } from './verified-site.ts';

let site: VerifiedSite;
beforeEach(async () => {
  site = await makeVerifiedSite({ default: { engine: 'sqlite' } });
}, 60_000);
afterEach(() => site?.remove());

it('files that were read and are others now, or gone, are named; repair reads them as an update does', async () => {
  const garden = join(site.folder, 'mail/garden.mbox');
  writeFileSync(garden, readFileSync(garden, 'utf8').replace('The heap is warm.', 'The heap is cold.'));
  rmSync(join(site.folder, 'mail/shed/cur/d1@example.org:2,S'));
  await site.use(async (one) => {
    const answer = await one.verify();
    const files = answer.differences.map(({ what, place }) => [what, place?.archive, place?.path]);
    expect(files).toEqual([
      ['source', 'garden', garden],
      ['source', 'shed', join(site.folder, 'mail/shed/cur/d1@example.org:2,S')],
    ]);
    // Full says no more of what is known to have changed.
    expect((await one.verify({ level: 'full', workers: 1 })).differences.map(inShort)).toEqual([
      'source -',
      'source -',
    ]);
    const { left, steps } = await one.repair();
    expect(left?.differences).toEqual([]);
    expect(steps).toEqual([
      'garden: its sources are read as update_index does',
      'shed: its sources are read as update_index does',
    ]);
    expect((await one.count('cold')).count).toBe(1);
    // What is gone stays until it is removed.
    expect((await one.count('hedgehog')).count).toBe(1);
    await one.update({ remove: true });
    expect((await one.verify({ level: 'full', workers: 1 })).differences).toEqual([]);
    expect((await one.count('hedgehog')).count).toBe(0);
  });
});

it('new mail, mail that was appended and mail that was moved are no differences', async () => {
  const shed = join(site.folder, 'mail/shed');
  appendFileSync(join(site.folder, 'mail/garden.mbox'), mbox([{ id: 'n1@example.org', text: 'A new one.' }]));
  writeFileSync(join(shed, 'new/n2'), mailText({ id: 'n2@example.org', text: 'Another.' }));
  renameSync(join(shed, 'cur/d2@example.org:2,S'), join(shed, 'cur/d2@example.org:2,FS'));
  await site.use(async (one) => {
    for (const level of ['quick', 'full'] as const) {
      const answer = await one.verify({ level, workers: 1 });
      expect(answer.differences, level).toEqual([]);
      expect(answer.behind.files).toBe(2);
    }
    await one.update();
    const answer = await one.verify({ level: 'full', workers: 1 });
    expect(answer).toMatchObject({
      differences: [],
      documents: { default: MESSAGES + 2 },
      behind: { files: 0 },
    });
  });
});

it('a source that cannot be looked at is a problem, and nothing of it is said to differ', async () => {
  renameSync(join(site.folder, 'mail/shed'), join(site.folder, 'mail/away'));
  await site.use(async (one) => {
    const answer = await one.verify();
    expect(answer.differences).toEqual([]);
    expect(answer.problems).toHaveLength(1);
  });
});

it('while others write nothing differs that they have not come to yet', async () => {
  const garden = join(site.folder, 'mail/garden.mbox');
  await site.use(async (writing) => {
    await site.use(async (looking) => {
      for (let round = 0; round < 3; round++) {
        const mails = Array.from({ length: 40 }, (_, i) => ({
          id: `r${round}n${i}@example.org`,
          headers: [`References: <r0n${i}@example.org> <a1@example.org>`],
        }));
        appendFileSync(garden, mbox(mails));
        let done = false;
        const update = writing.update({ workers: 1, batchSize: 10 }).finally(() => {
          done = true;
        });
        const seen: string[] = [];
        do {
          for (const one of (await looking.verify()).differences) seen.push(`${inShort(one)} ${one.detail}`);
        } while (!done);
        await update;
        expect(seen).toEqual([]);
      }
      expect(await looking.verify()).toMatchObject({ total: 0, documents: { default: MESSAGES + 120 } });
    });
  });
});
