import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type DeclaredField, embedSite, type Site } from '@hayrick/core';
import fc from 'fast-check';
import type { TestEngine } from '../backends/engines-at.ts';
import { checkAnswer, type Question, tellDifference } from './answers.ts';
import { mostExamined } from './candidates.ts';
import { type GeneratedArchive, generatedArchives } from './generated-mail.ts';
import { type QueryMaker, query } from './generated-queries.ts';
import { checkReading } from './reading-laws.ts';
import { type ArchiveOfFiles, conditionOf, judge, trueDocuments } from './truth.ts';

export interface EqualityOptions {
  readonly archives: number;
  /** Of each archive. */
  readonly queries: number;
  /** The same seed gives the same mail and the same queries. */
  readonly seed: number;
  readonly engines: readonly TestEngine[];
  /** Told after each site. */
  readonly onSite?: (tally: EqualityTally) => void;
}

export interface EqualityTally {
  archives: number;
  /** Different ones, of each site. */
  messages: number;
  queries: number;
  /** Queries that found something, and not everything. */
  telling: number;
  /** Queries that every engine refused with the error that the oracle's reading gives. */
  refused: number;
  /** By engine: queries that it does not declare. */
  readonly unsupported: Record<string, number>;
}

/** Where a query looks: in its own archive, in all, in those that the public may read. */
type Scope = 'own' | 'all' | 'public';

interface AskedArchive {
  readonly archive: GeneratedArchive;
  readonly queries: readonly (readonly [QueryMaker, Scope])[];
}

const FIELDS: readonly DeclaredField[] = [
  { name: 'topic', header: 'X-Topic', kind: 'text' },
  { name: 'changeId', header: 'Change-Id', kind: 'keyword' },
  { name: 'score', header: 'X-Score', kind: 'number' },
  { name: 'due', header: 'X-Due', kind: 'date' },
];
/** 15 November 2023. */
const NOW = 1_700_000_000;
/** Archives of one site: to make an index costs a server more than to fill it. */
const ARCHIVES_A_SITE = 20;
const MESSAGES_AN_ARCHIVE = 12;
/** Queries asked at a time. */
const AT_ONCE = 8;
/** Limits of time are so many times as long. */
const PATIENCE = 20;
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * Generates archives of mail, takes them by files into one site with every engine in one pass, and asks each engine typed queries: the ids found
 * and both orders by date must be the oracle's.
 *
 * @throws Error at the first difference, with all that is needed to look into it
 */
export async function checkEquality(options: EqualityOptions): Promise<EqualityTally> {
  const tally: EqualityTally = {
    archives: 0,
    messages: 0,
    queries: 0,
    telling: 0,
    refused: 0,
    unsupported: {},
  };
  const sites = Math.ceil(options.archives / ARCHIVES_A_SITE);
  const site = askedArchives(Math.ceil(options.archives / sites), options.queries);
  for (let seed = options.seed; seed < options.seed + sites; seed++) {
    const [archives = []] = fc.sample(site, { seed, numRuns: 1 });
    await checkSite(archives, options.engines, tally).catch((error: unknown) => {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`With ${ARCHIVES_A_SITE} archives, seed ${seed} shows it alone. ${what}`, {
        cause: error,
      });
    });
    options.onSite?.(tally);
  }
  return tally;
}

function askedArchives(archives: number, queries: number): fc.Arbitrary<readonly AskedArchive[]> {
  const scope = fc.constantFrom<Scope[]>('own', 'own', 'own', 'own', 'own', 'own', 'all', 'public');
  const asked = fc.array(fc.tuple(query, scope), { minLength: queries, maxLength: queries });
  return fc
    .tuple(
      generatedArchives(archives, MESSAGES_AN_ARCHIVE),
      fc.array(asked, { minLength: archives, maxLength: archives }),
    )
    .map(([all, queriesOf]) => all.map((archive, i) => ({ archive, queries: queriesOf[i] ?? [] })));
}

async function checkSite(
  asked: readonly AskedArchive[],
  engines: readonly TestEngine[],
  tally: EqualityTally,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hayrick-equality-'));
  try {
    const archives = await writeArchives(asked, folder);
    const site = await openSite(archives, engines, folder);
    try {
      const report = await site.rebuild({ workers: 1 });
      if (report.failures.length > 0 || report.totals.quarantined > 0)
        throw new Error(`The mail was not taken in whole: ${JSON.stringify(report)}`);
      await askAll(site, engines, archives, asked, tally);
    } finally {
      await site.close();
      for (const engine of engines) await engine.forget(join(folder, engine.name));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeArchives(
  asked: readonly AskedArchive[],
  folder: string,
): Promise<readonly ArchiveOfFiles[]> {
  return Promise.all(
    asked.map(async ({ archive }, i) => {
      const name = `${NUMBERS[i % 10]}-${i}`;
      await mkdir(join(folder, name));
      const files = archive.files.map((_, n) => join(folder, name, `${n}.mbox`));
      await Promise.all(archive.files.map((bytes, n) => writeFile(files[n] ?? '', bytes)));
      return { name, address: `${name}@lists.example.org`, listId: null, patches: hasPatches(name), files };
    }),
  );
}

async function openSite(
  archives: readonly ArchiveOfFiles[],
  engines: readonly TestEngine[],
  folder: string,
): Promise<Site> {
  const connections = Object.fromEntries(
    engines.map((engine) => [
      connectionOf(engine, engines),
      { engine: engine.module, ...engine.settings(join(folder, engine.name)) },
    ]),
  );
  return embedSite(
    {
      dataDir: join(folder, 'data'),
      archives: Object.fromEntries(
        archives.map(({ name, address, files }) => [
          name,
          {
            paths: files,
            address: address ?? '',
            kind: 'mbox' as const,
            patches: hasPatches(name),
            access: isPublic(name) ? ('public' as const) : ('private' as const),
          },
        ]),
      ),
      connections: { default: { engine: 'sqlite' }, ...connections },
      fields: Object.fromEntries(FIELDS.map(({ name, header, kind }) => [name, { header, kind }])),
    },
    { directory: folder, from: import.meta.url, now: () => NOW * 1000, sleep: sleepLong },
  );
}

/** What a query may take is no matter of these tests: on a busy machine every one may take long. */
function sleepLong(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds * PATIENCE, undefined, { signal });
}

/** Every site has a connection of this name. */
function connectionOf(engine: TestEngine, engines: readonly TestEngine[]): string {
  return engine === engines[0] ? 'default' : engine.name;
}

function isPublic(archive: string): boolean {
  return /[02468]$/.test(archive);
}

/** Most, of those that are public and of the others. */
function hasPatches(archive: string): boolean {
  return !/[27]$/.test(archive);
}

async function askAll(
  site: Site,
  engines: readonly TestEngine[],
  archives: readonly ArchiveOfFiles[],
  asked: readonly AskedArchive[],
  tally: EqualityTally,
): Promise<void> {
  const documents = await trueDocuments(archives, FIELDS);
  tally.archives += archives.length;
  tally.messages += documents.length;
  const questions = asked.flatMap(({ archive, queries }, i) =>
    queries.map(([maker, scope]) =>
      questionOf(maker(archive.lines), scope, archives, archives[i]?.name ?? ''),
    ),
  );
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    await Promise.all(
      questions.slice(at, at + AT_ONCE).map(async (question) => {
        const { text, within, reading } = question;
        const verdict = judge(text, within, documents, reading);
        const misread = checkReading(question, documents);
        if (misread !== null)
          throw new Error(tellDifference({ what: misread, ids: [] }, question, documents));
        tally.queries++;
        if ('code' in verdict) tally.refused++;
        else if (verdict.newest.length > 0 && verdict.newest.length < documents.length) tally.telling++;
        const meant = conditionOf(text, reading);
        const most = 'kind' in meant && question.pages === 'newest' ? mostExamined(meant, documents) : null;
        const answers = engines.map(async (engine) => {
          const { name } = engine;
          const answer = await checkAnswer(site, connectionOf(engine, engines), question, verdict, most);
          if (answer === 'unsupported') tally.unsupported[name] = (tally.unsupported[name] ?? 0) + 1;
          else if (answer !== 'right')
            throw new Error(`${name}: ${tellDifference(answer, question, documents)}`);
        });
        await Promise.all(answers);
      }),
    );
  }
}

function questionOf(text: string, scope: Scope, archives: readonly ArchiveOfFiles[], own: string): Question {
  const readable = scope === 'public' ? archives.filter(({ name }) => isPublic(name)) : archives;
  const reading = { fields: FIELDS, archives: readable, now: NOW };
  // A search for nothing at all is wrong usage.
  const typed = text.trim() === '' ? '*' : text;
  if (scope === 'own')
    return { text: typed, options: { archives: [own] }, within: [own], reading, pages: null };
  return {
    text: typed,
    options: { as: scope },
    within: readable.map(({ name }) => name),
    reading,
    pages: scope === 'all' ? 'newest' : 'relevance',
  };
}
