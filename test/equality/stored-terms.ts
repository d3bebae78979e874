import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from '@elastic/elasticsearch';
import { BOUNDARY } from '@hayrick/core/backend';
import type { OracleDocument } from '@hayrick/core/testing';
import type { AsPlainObject } from 'minisearch';

/** Of each term of each text field, `field term`, the number of documents that hold it. */
export type StoredTerms = ReadonlyMap<string, number>;

/** As the reference analyser has them. */
export function trueTerms(documents: readonly OracleDocument[]): StoredTerms {
  const terms = new Map<string, number>();
  for (const { text } of documents) {
    for (const [field, values] of Object.entries(text)) {
      for (const token of new Set(values.flat())) count(terms, field, token, 1);
    }
  }
  return terms;
}

/** Of FTS5's own index, in the one database below a folder (https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module). */
export function sqliteTerms(directory: string): StoredTerms {
  const file = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('.db'),
  );
  const database = new DatabaseSync(join(directory, file ?? ''), { readOnly: true });
  const terms = new Map<string, number>();
  for (const table of ['words', 'aside', 'patch']) {
    database.exec(`CREATE VIRTUAL TABLE temp.${table}_terms USING fts5vocab(main, ${table}, col)`);
    for (const { col, term, doc } of database
      .prepare(`SELECT col, term, doc FROM temp.${table}_terms`)
      .iterate())
      count(terms, String(col), String(term), Number(doc));
  }
  database.close();
  return terms;
}

/** Of MiniSearch's tree, as it writes it out. */
export function minisearchTerms({ index, fieldIds }: AsPlainObject): StoredTerms {
  const names = new Map(Object.entries(fieldIds).map(([name, id]) => [String(id), name]));
  const terms = new Map<string, number>();
  for (const [term, fields] of index) {
    for (const [field, documents] of Object.entries(fields))
      count(terms, names.get(field) ?? field, term, Object.keys(documents).length);
  }
  return terms;
}

/** Of the inverted index, which is turned round for it: the fields of this index keep what they index for aggregations from now on. */
export async function elasticsearchTerms(
  url: string,
  index: string,
  fields: readonly string[],
): Promise<StoredTerms> {
  const client = new Client({ node: url, requestTimeout: 60_000 });
  const turned = { type: 'text' as const, analyzer: 'tokens', fielddata: true };
  const properties = { text: { properties: Object.fromEntries(fields.map((field) => [field, turned])) } };
  await client.indices.putMapping({ index, properties });
  const terms = new Map<string, number>();
  for (const field of fields) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const include = { partition, num_partitions: PARTITIONS };
      const aggs = { terms: { terms: { field: `text.${field}`, size: MOST_TERMS, include } } };
      const { aggregations } = await client.search<unknown, { terms: TermCounts }>({ index, size: 0, aggs });
      for (const { key, doc_count: documents } of aggregations?.terms.buckets ?? [])
        count(terms, field, key, documents);
    }
  }
  await client.close();
  return terms;
}

interface TermCounts {
  readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}

/** An answer may hold 65,536 buckets. */
const MOST_TERMS = 60_000;
const PARTITIONS = 4;

/** What stands between values is no term. */
function count(terms: Map<string, number>, field: string, term: string, documents: number): void {
  if (term === BOUNDARY) return;
  const key = `${field} ${term}`;
  terms.set(key, (terms.get(key) ?? 0) + documents);
}
