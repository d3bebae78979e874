import { type DeclaredField, HayrickError } from '@hayrick/core';
import { chooseDates, type Message, parseMessage } from '@hayrick/core/message';
import {
  type ConditionWithThreads,
  parseQuery,
  type ReadableArchive,
  resolveQuery,
} from '@hayrick/core/query';
import { readSourceFile } from '@hayrick/core/source';
import { matches, mayRead, type OracleDocument, oracleDocument } from '@hayrick/core/testing';
import { type TrueFacets, trueFacets } from './facet-truth.ts';
import { storedValues, type WithStoredValues } from './regex-truth.ts';
import { withThreads } from './thread-truth.ts';

/** An archive of mbox files. */
export interface ArchiveOfFiles extends ReadableArchive {
  readonly files: readonly string[];
}

/** What queries are read against. */
export interface Reading {
  readonly fields: readonly DeclaredField[];
  readonly archives: readonly ReadableArchive[];
  /** Unix seconds. */
  readonly now: number;
}

/** What must be answered, newest first; the code of the error where the query is refused. */
export type Verdict =
  | { readonly newest: readonly string[]; readonly oldest: readonly string[]; readonly facets: TrueFacets }
  | { readonly code: string };

/** Every message of all archives as the oracle has it, each once whatever number of places it has. */
export async function trueDocuments(
  archives: readonly ArchiveOfFiles[],
  fields: readonly DeclaredField[],
): Promise<readonly WithStoredValues[]> {
  const places = new Map<
    string,
    { readonly message: Message; readonly archives: Set<string>; received: number; size: number }
  >();
  const headers = fields.map(({ header }) => header);
  for (const { name, files } of archives) {
    for (const path of files) {
      for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
        if (item.kind !== 'message')
          throw new Error(`${path} holds what is no message: ${JSON.stringify(item)}`);
        const message = parseMessage(Uint8Array.from(item.bytes), headers);
        const { dateHeader, receivedHeader } = message;
        const { received } = chooseDates({ dateHeader, receivedHeader, placeDate: item.placeDate });
        const size = item.bytes.length;
        const known = places.get(message.id);
        if (known === undefined) {
          places.set(message.id, { message, archives: new Set([name]), received, size });
          continue;
        }
        known.archives.add(name);
        known.received = Math.min(known.received, received);
        known.size = Math.min(known.size, size);
      }
    }
  }
  const patched = archives.flatMap(({ name, patches }) => (patches === true ? [name] : []));
  return [...places.values()].map(({ message, archives: names, received, size }) => {
    const document = oracleDocument(message, { archives: [...names], received, size }, fields, patched);
    const numbers = { ...document.numbers, ...numbersOf(message, fields) };
    return { ...document, numbers, stored: storedValues(message) };
  });
}

/** What a typed query must find among the documents that stand in one of the archives. */
export function judge(
  text: string,
  within: readonly string[],
  documents: readonly WithStoredValues[],
  reading: Reading,
): Verdict {
  const asked = conditionOf(text, reading);
  if (!('kind' in asked)) return asked;
  // Threads go through all that may be read, wherever the query looks.
  const readable = reading.archives.map(({ name }) => name);
  const condition = withThreads(
    asked,
    documents.filter((document) => mayRead(document, readable)),
  );
  const found = documents.filter((document) => mayRead(document, within) && matches(condition, document));
  return {
    newest: inOrder(found, -1),
    oldest: inOrder(found, 1),
    facets: trueFacets(found, reading.archives),
  };
}

/** A query as it was read, before anything is simplified; the code of the error that refuses it. */
export function conditionOf(
  text: string,
  { fields, archives, now }: Reading,
): ConditionWithThreads | { readonly code: string } {
  try {
    const { query } = parseQuery(text.trim() === '' ? '*' : text);
    const { condition } = resolveQuery(query, { fields, archives, now, timeZone: 'UTC' });
    return condition;
  } catch (error) {
    if (error instanceof HayrickError) return { code: error.code };
    throw error;
  }
}

function inOrder(documents: readonly OracleDocument[], sign: 1 | -1): string[] {
  const dateOf = ({ numbers }: OracleDocument): number => numbers['date']?.[0] ?? 0;
  return documents
    .toSorted((a, b) => sign * (dateOf(a) - dateOf(b)) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/** The numbers and dates of declared headers, all of which are written well. */
function numbersOf({ headers }: Message, fields: readonly DeclaredField[]): OracleDocument['numbers'] {
  return Object.fromEntries(
    fields.flatMap(({ name, header, kind }) => {
      const values = headers[header.toLowerCase()] ?? [];
      if (kind === 'number') return [[name, values.map(Number)]];
      return kind === 'date' ? [[name, values.map((value) => Date.parse(value) / 1000)]] : [];
    }),
  );
}
