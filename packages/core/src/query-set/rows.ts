import type { FoundDocument, KeptValues } from '../backend/index.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { didYouMean } from '../nearest.ts';
import { wordsOfCondition } from '../query/index.ts';
import type { Hit } from '../search/answers.ts';
import { isoDate, loadHits } from '../search/hits.ts';
import type { SearchPlace } from '../search/prepare.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import { openPlacesInThreads } from '../threads/index.ts';
import { fieldOnly, type PreparedSelection } from './prepare-selection.ts';
import type { Selection } from './selection.ts';

/** Values of stored fields, dates as ISO 8601. */
export type ShownValues = Readonly<Record<string, readonly (string | number)[]>>;
export interface FullRow extends Hit {
  readonly values: ShownValues;
}

const HIT_COLUMNS = [
  'id',
  'messageId',
  'archives',
  'subject',
  'from',
  'date',
  'score',
  'snippet',
  'thread',
  'attachments',
] as const satisfies readonly (keyof Hit)[];

/** Makes rows of found documents; access is checked again against the catalog. */
export type RowLoader = (found: readonly FoundDocument[]) => Promise<readonly unknown[]>;

/** @throws HayrickError FIELD_UNKNOWN */
export function checkColumns(columns: readonly string[], declared: readonly DeclaredField[]): void {
  const known = [...HIT_COLUMNS, ...declared.filter(({ stored }) => stored === true).map(({ name }) => name)];
  for (const column of columns) {
    if (known.includes(column)) continue;
    throw new HayrickError(
      'FIELD_UNKNOWN',
      `Hits have no "${column}".${didYouMean(column, known)} They have: ${known.join(', ')}; own fields where they are declared as stored.`,
    );
  }
}

export function openRows(
  place: SearchPlace,
  prepared: PreparedSelection,
  { columns, flat, highlight }: Selection,
  signal?: AbortSignal,
): RowLoader {
  const { catalog, settings, snippets, reader } = place;
  const { access } = prepared;
  const stored = settings.fields.filter(
    ({ name, stored }) => stored === true && (columns === null || columns.includes(name)),
  );
  for (const { name } of stored) place.check(fieldOnly(name));
  const words = columns === null ? highlight : columns.includes('snippet');
  if (words) snippets.start();
  const options = {
    access,
    scores: prepared.all,
    words: words ? wordsOfCondition(prepared.matched) : null,
    snippets,
    places: openPlacesInThreads(catalog, access, archivesBySubject(settings)),
    signal,
  };

  async function valuesOf(found: readonly FoundDocument[]): Promise<ReadonlyMap<string, ShownValues>> {
    if (stored.length === 0) return new Map();
    const ids = found.map(({ id }) => id);
    const kept = (await reader.kept?.(ids, access, { signal })) ?? [];
    return new Map(ids.map((id, i) => [id, shown(kept[i] ?? {}, stored)]));
  }

  return async (found) => {
    const values = await valuesOf(found);
    const hits = await loadHits(catalog, found, options);
    const rows = hits.map((hit): FullRow => ({ ...hit, values: values.get(hit.id) ?? {} }));
    if (columns === null) return rows;
    const picked = rows.map((row) => columns.map((column) => [column, columnOf(row, column)] as const));
    return picked.map((row) => (flat ? row[0]?.[1] : Object.fromEntries(row)));
  };
}

function columnOf(row: FullRow, column: string): unknown {
  const known = HIT_COLUMNS.find((name) => name === column);
  return known === undefined ? (row.values[column] ?? []) : row[known];
}

function shown(kept: KeptValues, stored: readonly DeclaredField[]): ShownValues {
  const values = stored.flatMap(({ name, kind }) => {
    const all = kept[name];
    if (all === undefined) return [];
    const read = all.map((value) => (kind === 'date' && typeof value === 'number' ? isoDate(value) : value));
    return [[name, read] as const];
  });
  return Object.fromEntries(values);
}
