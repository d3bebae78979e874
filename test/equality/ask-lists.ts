import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { embedSite, type Report, type Site } from '@hayrick/core';
import type {
  Access,
  Backend,
  BackendModule,
  Condition,
  GenerationReader,
  Position,
} from '@hayrick/core/backend';
import { requires, simplifyCondition } from '@hayrick/core/query';
import { enginesAt } from '../backends/engines-at.ts';
import { ACROSS, LIST_QUERIES } from './list-queries.ts';
import { withThreads } from './thread-truth.ts';
import { conditionOf } from './truth.ts';

/** 15 November 2023. */
const NOW = 1_700_000_000;
/** As many hits as a request may ask for where the settings do not say otherwise. */
const PAGE = 10_000;

/** What one engine says to one query. */
export interface ListAnswer {
  /** The list that it is asked of; null: of all. */
  readonly list: string | null;
  readonly query: string;
  /** Null where the engine does not declare what the query needs. */
  readonly found: {
    readonly total: number;
    /** Of all ids in their order, and of all as a set. */
    readonly oldest: string;
    readonly ids: string;
    readonly firstPage: readonly string[];
  } | null;
}

export interface ListAnswers {
  readonly totals: Report['totals'];
  readonly failures: Report['failures'];
  readonly seconds: { readonly build: number; readonly ask: Readonly<Record<string, number>> };
  readonly engines: Readonly<Record<string, readonly ListAnswer[]>>;
}

/**
 * Takes all lists into every engine in one pass and asks each all queries. Memory alone has over 50,000 messages at some 16 KB: it wants a
 * process with room.
 * @param lists folders of gzip files, by list
 * @param url of an Elasticsearch
 */
export async function askLists(
  lists: Readonly<Record<string, string>>,
  dataDir: string,
  url: string | null,
): Promise<ListAnswers> {
  const engines = enginesAt(url);
  const opened = new Map<string, Backend>();
  const connections = Object.fromEntries(
    engines.map(({ name, module, settings }) => [
      name,
      { engine: noting(module, opened), timeout: 60, ...settings(join(dataDir, name)) },
    ]),
  );
  const archives = Object.fromEntries(
    Object.entries(lists).map(([name, folder]) => [
      name,
      { paths: readdirSync(folder).map((file) => join(folder, file)), address: `${name}@example.org` },
    ]),
  );
  const unused = { engine: 'sqlite' };
  const site = await embedSite(
    { dataDir, archives, connections: { default: unused, ...connections } },
    { directory: dataDir, from: import.meta.url, now: () => NOW * 1000 },
  );
  const using = engines.map(({ name }) => name);
  try {
    const started = performance.now();
    const { totals, failures } = await site.rebuild({ using });
    const build = since(started);
    const answers: Record<string, readonly ListAnswer[]> = {};
    const ask: Record<string, number> = {};
    for (const [name, backend] of opened) {
      const begun = performance.now();
      answers[name] = await askAll({ site, name, backend });
      ask[name] = since(begun);
    }
    return { totals, failures, seconds: { build, ask }, engines: answers };
  } finally {
    await site.close();
    for (const { name, forget } of engines) await forget(join(dataDir, name));
  }
}

/** The engine, and what of it the site has opened: all ids of an answer are more than a site gives without what it shows of them. */
function noting(module: BackendModule, opened: Map<string, Backend>): BackendModule {
  return {
    ...module,
    open: async (context) => {
      const backend = await module.open(context);
      opened.set(module.engine, backend);
      return backend;
    },
  };
}

interface Asked {
  readonly site: Site;
  readonly name: string;
  readonly backend: Backend;
}

async function askAll(asked: Asked): Promise<readonly ListAnswer[]> {
  const answers: ListAnswer[] = [];
  const ofLists = Object.entries(LIST_QUERIES).filter(([list]) => list in asked.site.settings.archives);
  const reader = await asked.backend.reader((await asked.backend.live()) ?? '');
  for (const [list, queries] of [...ofLists, [null, ACROSS] as const]) {
    for (const query of queries) answers.push({ list, query, found: await ask(asked, reader, list, query) });
  }
  await reader.close();
  return answers;
}

async function ask(
  { site, name, backend }: Asked,
  reader: GenerationReader,
  list: string | null,
  query: string,
): Promise<ListAnswer['found']> {
  const archives = Object.values(site.settings.archives);
  const condition = conditionOf(query, { fields: [], archives, now: NOW });
  if (!('kind' in condition)) throw new Error(`no engine can be asked ${query}`);
  const within = list === null ? [] : [{ kind: 'archives' as const, names: [list] }];
  // None of these queries is about threads or holds regular expressions.
  const simple = simplifyCondition({ kind: 'and', of: [withThreads(condition, []), ...within] });
  if (![...requires(simple)].every((feature) => backend.supports[feature])) return null;
  const options = { using: name, highlight: false, sort: 'newest' as const };
  const { total, hits } = await site.search(
    query,
    list === null ? options : { ...options, archives: [list] },
  );
  const oldest = await allIds(reader, simple, { archives: archives.map((archive) => archive.name) });
  return {
    total,
    oldest: digest(oldest),
    ids: digest(oldest.toSorted()),
    firstPage: hits.map(({ id }) => id),
  };
}

async function allIds(reader: GenerationReader, condition: Condition, access: Access): Promise<string[]> {
  const ids: string[] = [];
  for (let after: Position | null = null; ; ) {
    const request = { condition, sort: 'oldest' as const, limit: PAGE, offset: 0, after };
    const { hits } = await reader.search(request, access);
    ids.push(...hits.map(({ id }) => id));
    const last = hits.at(-1);
    if (last === undefined || hits.length < PAGE) return ids;
    after = { date: last.date, id: last.id };
  }
}

function digest(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join()).digest('hex').slice(0, 16);
}

function since(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}
