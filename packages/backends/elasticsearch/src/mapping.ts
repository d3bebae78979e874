import { type DeclaredField, KEYWORD_FIELDS, TEXT_FIELDS } from '@hayrick/core/backend';
import type { EngineSettings, Plain } from './settings.ts';

/** Raised whenever the mapping or what documents are made of changes, with a fixture in test/formats (make-fixture.ts). */
export const INDEX_FORMAT = 3;

/** The one document that is no message: how far the log has been applied. No message's id is like it. */
export const STATE_ID = 'state';

/** In the mapping of an index: whose it is and what it holds. */
export interface IndexMeta {
  /** INDEX_FORMAT of the program that made it. */
  readonly hayrick: number;
  readonly site: string;
  readonly connection: string;
  /** The alias. */
  readonly index: string;
  readonly fingerprint: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly state: 'building' | 'complete';
}

/** Keyword fields whose values are counted for facets; the others are only looked up. */
const COUNTED: ReadonlySet<string> = new Set(['from', 'mime', 'has']);

const SECONDS = { type: 'date', format: 'epoch_second' } as const;

/** The paths of fields in queries. A text and a keyword field may have the same name. */
export const textPath = (field: string): string => `text.${field}`;
export const keywordPath = (field: string): string => `keyword.${field}`;
export const numberPath = (field: string): string => `number.${field}`;

/**
 * The mapping of an index. `_source` has what tells one document from another and never the tokens: Hayrick shows text from the source
 * of the mail.
 */
export function indexMapping(fields: readonly DeclaredField[], meta?: IndexMeta): Plain {
  const text = [...TEXT_FIELDS, ...namesOf(fields, 'text')];
  const keyword = [...KEYWORD_FIELDS, ...namesOf(fields, 'keyword')];
  const declared = namesOf(fields, 'keyword');
  const numbers = [
    ...namesOf(fields, 'date').map((name) => [name, SECONDS] as const),
    ...namesOf(fields, 'number').map((name) => [name, { type: 'double' }] as const),
  ];
  return {
    dynamic: 'strict',
    ...(meta === undefined ? {} : { _meta: meta }),
    _source: { includes: ['id', 'date', 'archives', 'applied', 'kept'] },
    properties: {
      id: { type: 'keyword', index: false, doc_values: false },
      // The id once more, to break ties in an order: see id-keys.ts.
      idHigh: { type: 'long', index: false },
      idLow: { type: 'long', index: false },
      date: SECONDS,
      received: SECONDS,
      size: { type: 'long' },
      archives: { type: 'keyword' },
      // Not in _source: what is written anew from that has lost its words, and with them this.
      digest: { type: 'long', index: false },
      applied: { type: 'long', index: false, doc_values: false },
      // Shown and never searched.
      kept: { type: 'object', enabled: false },
      text: properties(text.map((name) => [name, { type: 'text', analyzer: 'tokens' }])),
      keyword: properties(
        keyword.map((name) => {
          const counted = COUNTED.has(name) || declared.includes(name);
          return [name, counted ? { type: 'keyword' } : { type: 'keyword', doc_values: false }];
        }),
      ),
      number: properties(numbers),
    },
  };
}

/** Of every index: core's tokens come joined by blanks and are indexed as they are. */
const ANALYSIS = {
  analyzer: { tokens: { type: 'custom', tokenizer: 'tokens' } },
  // Longer than any token of core's: 64 code points are at most 128 of the units that count here.
  tokenizer: { tokens: { type: 'whitespace', max_token_length: 255 } },
} as const;

/**
 * How words are weighed: BM25 with the fields' weights counting as so many occurrences (BM25F), as on SQLite. Elasticsearch takes no
 * weight below 1, so all are raised by `raise`, and k1, to which occurrences are compared, with them.
 */
export const RANKING = { raise: 2.5, k1: 1.2 * 2.5, b: 0.75 } as const;

/** While a generation is built nobody reads it, and a copy would do all the work twice. */
export const LOADING = { refresh_interval: -1, number_of_replicas: 0, auto_expand_replicas: false } as const;

/** The settings of an index as it is served. @param maxResults how far offset and limit of a request reach */
export function indexSettings(settings: EngineSettings, maxResults: number): Plain {
  const own = settings.indexSettings;
  const analysis = typeof own['analysis'] === 'object' ? own['analysis'] : {};
  return {
    number_of_shards: 1,
    max_result_window: maxResults,
    similarity: { default: { type: 'BM25', k1: RANKING.k1, b: RANKING.b } },
    ...own,
    analysis: { ...analysis, ...ANALYSIS },
  };
}

/** What ends LOADING: as the settings say, else as the server has it by default, which null stands for. */
export function servingSettings({ indexSettings: own }: EngineSettings): Plain {
  return Object.fromEntries(Object.keys(LOADING).map((key) => [key, own[key] ?? null]));
}

/** Where data enters. Null for an index that Hayrick did not make. */
export function parseMeta(value: unknown): IndexMeta | null {
  if (typeof value !== 'object' || value === null) return null;
  const meta = value as Partial<Record<keyof IndexMeta, unknown>>;
  const texts = [meta.site, meta.connection, meta.index, meta.fingerprint];
  const whole = typeof meta.hayrick === 'number' && texts.every((text) => typeof text === 'string');
  return whole ? (value as IndexMeta) : null;
}

function namesOf(fields: readonly DeclaredField[], kind: DeclaredField['kind']): readonly string[] {
  return fields.filter((field) => field.kind === kind).map(({ name }) => name);
}

function properties(entries: readonly (readonly [string, Plain])[]): Plain {
  return { properties: Object.fromEntries(entries) };
}
