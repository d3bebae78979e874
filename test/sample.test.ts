import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Report, SettingsInput } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporarySite, type TemporarySite } from './temporary-site.ts';

/** What facts.json beside the sample says, written by its authors without Hayrick. */
interface Facts {
  readonly read: Readonly<Record<string, number>>;
  readonly documents: Readonly<Record<string, number>>;
  readonly copies: readonly { readonly id: string; readonly places: number }[];
  readonly crossPosts: readonly { readonly id: string; readonly archives: readonly string[] }[];
  readonly differentMailsUnderOneId: readonly {
    readonly id: string;
    readonly documents: number;
    readonly archives: readonly string[];
  }[];
  readonly privateWords: readonly string[];
  readonly queries: readonly SampleQuery[];
}

interface SampleQuery {
  readonly query: string;
  readonly what: string;
  /** Message-IDs, one for every message found. */
  readonly ids: readonly string[];
  /** Those that lie in a public archive. */
  readonly public: readonly string[];
}

const folder = fileURLToPath(new URL('../examples/sample/', import.meta.url));
const facts = JSON.parse(readFileSync(`${folder}facts.json`, 'utf8')) as Facts;
const LISTS = ['garden', 'hayloft-dev', 'committee'];

describe('the sample archive', () => {
  let temporary: TemporarySite;
  let report: Report;

  beforeAll(async () => {
    const settings = (await import(pathToFileURL(`${folder}settings.ts`).href)) as {
      readonly default: SettingsInput;
    };
    temporary = await openTemporarySite(settings.default, folder);
    report = await temporary.site.update();
  });
  afterAll(async () => temporary.remove());

  it('is read whole', () => {
    expect(report.problems).toEqual([]);
    expect(report.failures).toEqual([]);
    expect(report.totals.read).toBe(facts.read['total']);
    for (const list of LISTS) expect(report.archives[list]?.read, list).toBe(facts.read[list]);
    expect(report.totals.quarantined).toBe(0);
  });

  it('has a document for every message, in all and by list', async () => {
    expect(report.connections['default']?.documents).toBe(facts.documents['total']);
    expect((await temporary.site.count('*')).count).toBe(facts.documents['total']);
    for (const list of LISTS) {
      const { count } = await temporary.site.count('*', { archives: [list] });
      expect(count, list).toBe(facts.documents[list]);
    }
  });

  it('knows copies, cross-posts and different mails under one Message-ID', async () => {
    for (const { id, places } of facts.copies) {
      const shown = await temporary.site.show(id);
      expect(
        shown.map((message) => message.places.length),
        id,
      ).toEqual([places]);
    }
    for (const { id, archives } of facts.crossPosts) {
      const shown = await temporary.site.show(id);
      expect(
        shown.map((message) => message.archives),
        id,
      ).toEqual([archives]);
    }
    for (const { id, documents, archives } of facts.differentMailsUnderOneId) {
      const shown = await temporary.site.show(id);
      expect(shown.length, id).toBe(documents);
      expect([...new Set(shown.flatMap((message) => message.archives))].toSorted(), id).toEqual(
        archives.toSorted(),
      );
    }
  });

  it.each(facts.queries.map((fact) => [fact.query, fact.what, fact] as const))(
    '%s finds %s',
    async (query, _, fact) => {
      expect(await find(query)).toEqual(fact.ids.toSorted());
      expect(await find(query, 'public')).toEqual(fact.public.toSorted());
      expect((await temporary.site.count(query)).count).toBe(fact.ids.length);
      expect((await temporary.site.count(query, { as: 'public' })).count).toBe(fact.public.length);
    },
  );

  it('shows the public nothing of the private list', async () => {
    for (const word of facts.privateWords) {
      expect(await find(word), word).not.toEqual([]);
      expect(await find(word, 'public'), word).toEqual([]);
      expect(await find(word, 'ada'), word).toEqual(await find(word));
    }
    expect(await find('list:committee', 'public')).toEqual([]);
  });

  it('is not read a second time', async () => {
    const again = await temporary.site.update();
    expect(again.totals).toMatchObject({ indexed: 0, read: facts.read['total'] });
    expect(again.connections['default']).toMatchObject({ added: 0, updated: 0, removed: 0 });
  });

  /** Message-IDs of all messages found, sorted. */
  async function find(query: string, as?: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const hit of temporary.site.stream(query, { as })) ids.push(hit.messageId);
    return ids.toSorted();
  }
});
