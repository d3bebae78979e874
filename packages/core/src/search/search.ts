import type { GenerationReader, Sort } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { wordsOfCondition } from '../query/index.ts';
import type { Settings } from '../settings/settings.ts';
import type { CountAnswer, Hit, SearchAnswer, SearchOptions } from './answers.ts';
import { type CursorOf, readCursor, writeCursor } from './cursor.ts';
import { loadHits } from './hits.ts';
import { type PreparedQuery, prepareQuery, refuseEmpty } from './prepare.ts';

/** Where a search is run: one generation, and the catalog beside it. */
export interface SearchPlace {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly connection: string;
  readonly reader: GenerationReader;
  /** Refuses what the engine or the generation cannot answer. */
  readonly check: (query: PreparedQuery) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Hits that a stream asks the engine for at a time. */
const STREAM_PAGE = 1000;

export async function search(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const started = place.now();
  const { settings, catalog, connection, reader } = place;
  refuseEmpty(text, options.archives);
  const query = prepare(place, text, options);
  const { access, condition, sort } = query;
  const limit = options.limit ?? settings.search.resultsPerPage;
  const of: CursorOf = { query: text, archives: options.archives ?? [], connection, sort };
  const begin = await beginning(place, of, options);
  checkDepth(settings, begin.offset, limit, sort);
  const total = await reader.count(condition, access, options);
  const page = await reader.search(
    { condition, sort, limit: limit + 1, offset: begin.offset, after: begin.after },
    access,
    options,
  );
  const found = page.hits.slice(0, limit);
  const words = options.highlight === false ? null : wordsOfCondition(condition);
  const hits = await loadHits(catalog, found, {
    access,
    scores: query.all,
    words,
    fields: settings.fields,
    signal: options.signal,
  });
  const last = found.at(-1);
  const more = page.hits.length > limit && last !== undefined;
  const reached = begin.offset + found.length;
  const next = !more
    ? null
    : sort === 'relevance'
      ? reached < settings.search.maxResults
        ? writeCursor(of, { kind: 'offset', offset: reached, state: await reader.state() })
        : null
      : writeCursor(of, { kind: 'position', position: { date: last.date, id: last.id } });
  return {
    query: text,
    connection,
    sort,
    total,
    totalRelation: 'eq',
    tookMs: Math.round((place.now() - started) * 10) / 10,
    hits,
    next,
    problems: query.problems,
  };
}

/** Every match, in date order, page by page. */
export async function* streamHits(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): AsyncGenerator<Hit> {
  const { catalog, reader, settings } = place;
  refuseEmpty(text, options.archives);
  const query = prepare(place, text, options);
  const { access, condition } = query;
  const sort: Sort = options.sort === 'oldest' ? 'oldest' : 'newest';
  const words = options.highlight === false ? null : wordsOfCondition(condition);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let offset = options.offset ?? 0;
  let after = null;
  while (left > 0) {
    const limit = Math.min(STREAM_PAGE, left);
    const { hits: found } = await reader.search({ condition, sort, limit, offset, after }, access, options);
    yield* await loadHits(catalog, found, {
      access,
      scores: false,
      words,
      fields: settings.fields,
      signal: options.signal,
    });
    const last = found.at(-1);
    if (last === undefined || found.length < limit) return;
    after = { date: last.date, id: last.id };
    offset = 0;
    left -= found.length;
  }
}

export async function count(place: SearchPlace, text: string, options: SearchOptions): Promise<CountAnswer> {
  const query = prepare(place, text, options);
  const found = await place.reader.count(query.condition, query.access, options);
  return { query: text, connection: place.connection, count: found, problems: query.problems };
}

export function prepare(place: SearchPlace, text: string, options: SearchOptions): PreparedQuery {
  const now = Math.floor(place.now() / 1000);
  const query = prepareQuery(place.settings, text, { ...options, now, emptyIsAll: true });
  place.check(query);
  return query;
}

async function beginning({ reader }: SearchPlace, of: CursorOf, options: SearchOptions) {
  const offset = options.offset ?? 0;
  if (options.after === undefined) return { offset, after: null };
  if (offset > 0) throw new HayrickError('ARGUMENT_INVALID', 'Give either an offset or a cursor, not both.');
  const cursor = readCursor(of, options.after);
  if (cursor.kind === 'position') return { offset: 0, after: cursor.position };
  if (cursor.state !== (await reader.state())) {
    throw new HayrickError(
      'CURSOR_STALE',
      'The index has changed since this page was made, and with it the order by relevance. Start over, or sort by date: those cursors last.',
    );
  }
  return { offset: cursor.offset, after: null };
}

function checkDepth({ search: { maxResults } }: Settings, offset: number, limit: number, sort: Sort): void {
  if (!Number.isSafeInteger(limit) || limit < 0 || !Number.isSafeInteger(offset) || offset < 0) {
    throw new HayrickError('ARGUMENT_INVALID', 'Limit and offset are whole numbers, 0 or more.');
  }
  if (offset + limit <= maxResults) return;
  const way =
    sort === 'relevance'
      ? 'sort by newest or oldest and walk on with --after'
      : 'walk on with --after and the cursor of the last page';
  throw new HayrickError(
    'PAGE_TOO_DEEP',
    `Offset and limit together reach beyond search.maxResults (${maxResults}): ${way}.`,
  );
}
