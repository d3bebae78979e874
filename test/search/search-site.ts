import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchAnswer, SearchOptions, SettingsInput, Site } from '@hayrick/core';
import { makeSite, type TestSite } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

type Archives = NonNullable<SettingsInput['archives']>;

/** Two archives, of which everyone may read one and `ann` the other. */
export const OPEN_AND_CLOSED = {
  open: { paths: ['open.mbox'], access: 'public' },
  closed: { paths: ['closed.mbox'], readers: ['ann'] },
} as const;

/** A folder with mail and sites opened over it, by the public interface alone. */
export class SearchSite {
  readonly #folder: TestSite = makeSite();
  readonly #open: Site[] = [];

  get path(): string {
    return this.#folder.folder;
  }

  write(name: string, content: string | Uint8Array): void {
    this.#folder.write(name, content);
  }

  delete(name: string): void {
    rmSync(join(this.path, name));
  }

  /** @param data name of the data folder: sites of one name share an index */
  async open(archives: Archives, more: Partial<SettingsInput> = {}, data = 'data'): Promise<Site> {
    const settings = { archives, connections: { default: { engine: 'sqlite' } }, dataDir: data, ...more };
    const site = await openSiteAt(settings, this.path);
    this.#open.push(site);
    return site;
  }

  async remove(): Promise<void> {
    for (const site of this.#open) await site.close();
    this.#folder.remove();
  }
}

/** The Message-IDs of an answer, without what stands behind the @. */
export function names(answer: Pick<SearchAnswer, 'hits'>): string[] {
  return answer.hits.map((hit) => hit.messageId.replace(/@.*/, ''));
}

/** All pages behind one another, by cursor. `between` runs before each further page. */
export async function walk(
  site: Site,
  query: string,
  options: SearchOptions & { readonly limit: number },
  between: (page: number) => Promise<void> = async () => {},
): Promise<SearchAnswer['hits']> {
  const hits = [];
  let after: string | undefined;
  for (let page = 1; ; page++) {
    const answer: SearchAnswer = await site.search(query, { highlight: false, ...options, after });
    hits.push(...answer.hits);
    if (answer.next === null) return hits;
    after = answer.next;
    await between(page);
  }
}
