import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '@hayrick/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSiteAt } from '../site-at.ts';
import { openTemporarySite } from '../temporary-site.ts';
import { arrives, type Commit, commit, deletes, rewrite } from './git-inbox.ts';

const SETTINGS = {
  archives: { list: { paths: ['inbox'] } },
  connections: { default: { engine: 'sqlite' } },
} as const;

interface Change {
  readonly mail: number;
  readonly what: 'arrives' | 'deletes';
  readonly hour: number;
}

/** An inbox of several epochs: few messages, so that they meet their deletions. */
class Epochs {
  readonly #directory: string;
  readonly #epochs = new Map<number, Change[]>();

  constructor(directory: string) {
    this.#directory = directory;
    this.grow(0, [{ mail: 0, what: 'arrives', hour: 0 }]);
  }

  get last(): number {
    return Math.max(...this.#epochs.keys());
  }

  /** One of those that are there. */
  nth(n: number): number {
    const there = [...this.#epochs.keys()];
    return there[n % there.length] ?? 0;
  }

  grow(epoch: number, changes: readonly Change[]): void {
    const all = this.#epochs.get(epoch) ?? [];
    this.#epochs.set(epoch, [...all, ...changes]);
    commit(this.#path(epoch), changes.map(commitOf));
  }

  /** Writes the history anew without what fits. */
  purge(epoch: number, fits: (change: Change) => boolean): void {
    const kept = (this.#epochs.get(epoch) ?? []).filter((change) => !fits(change));
    // A branch without a commit is damage.
    if (kept.length === 0) return;
    this.#epochs.set(epoch, kept);
    rewrite(this.#path(epoch), kept.map(commitOf));
  }

  drop(epoch: number): void {
    if (this.#epochs.size < 2 || !this.#epochs.delete(epoch)) return;
    rmSync(this.#path(epoch), { recursive: true });
  }

  #path(epoch: number): string {
    return join(this.#directory, `inbox/git/${epoch}.git`);
  }
}

function commitOf({ mail, what, hour }: Change): Commit {
  const text = `From: Ann <ann@example.org>\nSubject: mail ${mail}\nMessage-ID: <m${mail}@example.org>\n\nOf number${mail}.\n`;
  const at = 1_600_000_000 + hour * 3600;
  return what === 'arrives' ? arrives(text, at) : deletes(text, at);
}

type Step = (inbox: Epochs) => void;

const change: fc.Arbitrary<Change> = fc.record({
  mail: fc.nat(7),
  what: fc.constantFrom('arrives', 'arrives', 'deletes'),
  hour: fc.nat(50),
});
const changes = fc.array(change, { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: changes.map(
      (some): Step =>
        (inbox) =>
          inbox.grow(inbox.last, some),
    ),
  },
  {
    weight: 2,
    arbitrary: changes.map(
      (some): Step =>
        (inbox) =>
          inbox.grow(inbox.last + 1, some),
    ),
  },
  // Mirrors fetch epochs one by one, in any order.
  fc.tuple(fc.nat(9), changes).map(
    ([n, some]): Step =>
      (inbox) =>
        inbox.grow(inbox.nth(n), some),
  ),
  fc.tuple(fc.nat(9), fc.nat(7)).map(
    ([n, gone]): Step =>
      (inbox) =>
        inbox.purge(inbox.nth(n), ({ mail }) => mail === gone),
  ),
  fc.tuple(fc.nat(9), fc.nat(7)).map(
    ([n, gone]): Step =>
      (inbox) =>
        inbox.purge(inbox.nth(n), ({ mail, what }) => mail === gone && what === 'deletes'),
  ),
  fc.nat(9).map(
    (n): Step =>
      (inbox) =>
        inbox.drop(inbox.nth(n)),
  ),
);

async function seen(site: Site): Promise<unknown> {
  const hits: unknown[] = [];
  for await (const { id, date, subject } of site.stream('*', { sort: 'oldest' }))
    hits.push({ id, date, subject });
  return hits;
}

it('however epochs grow, are purged and go, an update that removes ends where a fresh build does', async () => {
  const walk = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(walk, async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'hayrick-epochs-'));
      const inbox = new Epochs(directory);
      const site = await openSiteAt({ ...SETTINGS, dataDir: join(directory, 'data') }, directory);
      try {
        let report = await site.update({ workers: 1 });
        for (const together of steps) {
          for (const one of together) one(inbox);
          report = await site.update({ remove: true, workers: 1 });
          expect(report.problems).toEqual([]);
        }
        const fresh = await openTemporarySite(SETTINGS, directory);
        const whole = await fresh.site.update({ workers: 1 });
        expect(await seen(site)).toEqual(await seen(fresh.site));
        const { read, duplicates, quarantined } = whole.totals;
        expect(report.totals).toMatchObject({ read, duplicates, quarantined });
        await fresh.remove();
        const again = await site.update({ remove: true, workers: 1 });
        expect(again.totals).toMatchObject({ indexed: 0, bytes: 0, removed: 0, read });
      } finally {
        await site.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 3), endOnFailure: true },
  );
});
