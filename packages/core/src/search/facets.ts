import { addressKeywords } from '../analysis/index.ts';
import {
  type Access,
  type FacetCount,
  type FacetQuestion,
  facetFields,
  topValues,
} from '../backend/index.ts';
import type { MessageRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { didYouMean } from '../nearest.ts';
import type { Condition } from '../query/index.ts';
import type { FacetAsked, FacetValue } from './answers.ts';
import type { SearchPlace } from './prepare.ts';

/** Values of a facet where no number is given. */
const VALUES = 20;
/** Newest messages of an address among which a name is looked for: first few, then more. */
const NAMED_AMONG = [5, 100] as const;
/** Questions to an engine at a time. */
const AT_ONCE = 8;

/** A list: the archives that share a posting address, or one that has none. */
interface List {
  readonly value: string;
  readonly archives: readonly string[];
}

/**
 * The facets that were asked for, `FIELD` or `FIELD:N`.
 * @throws HayrickError FIELD_UNKNOWN with the nearest name, ARGUMENT_INVALID, QUERY_TOO_LARGE
 */
export function readFacets(
  asked: readonly FacetAsked[],
  declared: readonly DeclaredField[],
): readonly FacetQuestion[] {
  const own = declared.filter(({ facet }) => facet !== false);
  const known = [...facetFields(own), 'list'];
  const facets = asked.map((one): FacetQuestion => {
    const { field, limit = VALUES } = typeof one === 'string' ? readFacet(one) : one;
    if (!known.includes(field)) {
      throw new HayrickError(
        'FIELD_UNKNOWN',
        `There is no facet "${String(field)}".${didYouMean(String(field), known)} There are: ${known.join(', ')}.`,
      );
    }
    if (!Number.isSafeInteger(limit) || limit < 1) throw invalid(`${field}:${limit}`);
    if (limit > LIMITS.facetValues) {
      throw new HayrickError(
        'QUERY_TOO_LARGE',
        `The facet "${field}" is asked for ${limit} values: at most ${LIMITS.facetValues}.`,
      );
    }
    return { field, limit };
  });
  const twice = facets.find(({ field }, i) => facets.findIndex((other) => other.field === field) < i);
  if (twice === undefined) return facets;
  throw new HayrickError('ARGUMENT_INVALID', `The facet "${twice.field}" is asked for twice.`);
}

/** Counts over all that matches and may be read, by the engine; names of senders and lists are added. */
export async function countFacets(
  place: SearchPlace,
  facets: readonly FacetQuestion[],
  { condition, access }: { readonly condition: Condition; readonly access: Access },
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, readonly FacetValue[]>>> {
  if (facets.length === 0) return {};
  const { settings, reader } = place;
  for (const { field } of facets) place.check({ kind: 'keyword-prefix', field, prefix: '' });
  const byArchive = facets.filter(({ field }) => field === 'archive' || field === 'list');
  const asked = facets.filter((facet) => !byArchive.includes(facet));
  const all =
    byArchive.length === 0 ? [] : [{ field: 'archive', limit: Math.max(1, access.archives.length) }];
  const { timeZone } = settings.search;
  const request = { condition, facets: [...asked, ...all], timeZone };
  const found = (await reader.facets?.(request, access, { signal })) ?? [];
  const ofArchives = byArchive.length === 0 ? [] : (found.at(-1) ?? []);
  const answers: [string, readonly FacetValue[]][] = [];
  for (const { field, limit } of facets) {
    const counts = found[asked.findIndex((one) => one.field === field)] ?? [];
    if (field === 'archive') answers.push([field, ofArchives.slice(0, limit)]);
    else if (field === 'list') answers.push([field, topValues(await byList(ofArchives), limit)]);
    else if (field === 'from') answers.push([field, await withNames(place, counts, access, signal)]);
    else answers.push([field, counts]);
  }
  return Object.fromEntries(answers);

  /** A message in two archives of one list is one of that list. */
  async function byList(counts: readonly FacetCount[]): Promise<readonly (readonly [string, number])[]> {
    const countOf = new Map(counts.map(({ value, count }) => [value, count]));
    const answers: [string, number][] = [];
    for (const { value, archives } of listsOf(place, access)) {
      const filled = archives.filter((name) => countOf.has(name));
      const [only = ''] = filled;
      const within: Condition = { kind: 'and', of: [condition, { kind: 'archives', names: filled }] };
      const count =
        filled.length > 1 ? await reader.count(within, access, { signal }) : (countOf.get(only) ?? 0);
      answers.push([value, count]);
    }
    return answers;
  }
}

function listsOf({ settings }: SearchPlace, { archives }: Access): readonly List[] {
  const lists = Map.groupBy(archives, (name) => settings.archives[name]?.address?.toLowerCase() ?? name);
  return Array.from(lists, ([value, names]) => ({ value, archives: names.toSorted() }));
}

/** The name that the newest of an address' messages gives, of those that may be read and give one. */
async function withNames(
  place: SearchPlace,
  counts: readonly FacetCount[],
  access: Access,
  signal: AbortSignal | undefined,
): Promise<readonly FacetValue[]> {
  const names = new Map<string, string>();
  for (const limit of NAMED_AMONG) {
    const nameless = counts.filter(({ value }) => !names.has(value));
    for (let at = 0; at < nameless.length; at += AT_ONCE) {
      const some = nameless.slice(at, at + AT_ONCE).map(async ({ value }) => {
        const name = await newestName(place, value, { limit, access, signal });
        if (name !== null) names.set(value, name);
      });
      await Promise.all(some);
    }
  }
  return counts.map(({ value, count }) => ({ value, count, label: names.get(value) ?? null }));
}

async function newestName(
  { catalog, reader }: SearchPlace,
  address: string,
  { limit, access, signal }: { limit: number; access: Access; signal: AbortSignal | undefined },
): Promise<string | null> {
  const condition: Condition = { kind: 'keyword', field: 'from', value: address };
  const request = { condition, sort: 'newest', limit, offset: 0, after: null } as const;
  const { hits } = await reader.search(request, access, { signal });
  const records = await catalog.messages(hits.map(({ id }) => id));
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const { id } of hits) {
    const record = byId.get(id);
    const name = record === undefined ? null : nameIn(record, address, access);
    if (name !== null) return name;
  }
  return null;
}

function nameIn({ archives, from }: MessageRecord, address: string, access: Access): string | null {
  if (!archives.some((name) => access.archives.includes(name))) return null;
  const own = from.filter((one) => addressKeywords(one.address).includes(address));
  return own.map(({ name }) => name.trim()).find((name) => name !== '') ?? null;
}

function readFacet(text: string): { readonly field: string; readonly limit?: number } {
  const [field = '', number, ...rest] = text.split(':');
  if (number === undefined) return { field };
  if (rest.length > 0 || !/^\d{1,9}$/u.test(number)) throw invalid(text);
  return { field, limit: Number(number) };
}

function invalid(asked: string): HayrickError {
  return new HayrickError(
    'ARGUMENT_INVALID',
    `"${asked}" is no facet: write FIELD, or FIELD:N for the first N values, 1 to ${LIMITS.facetValues}.`,
  );
}
