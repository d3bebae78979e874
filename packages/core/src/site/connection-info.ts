import type { GenerationInfo } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { compareFingerprint, isHooked, isOfSite } from '../document/fingerprint.ts';
import { type DeclaredField, TEXT_FIELDS } from '../fields/fields.ts';
import type { OpenConnection } from '../ingest/generations.ts';
import { notedBuild } from '../ingest/resume.ts';
import { builderOf } from '../ingest/site-locks.ts';
import type { ConnectionInfo } from '../search/answers.ts';
import { isoDate } from '../search/hits.ts';
import type { Settings } from '../settings/settings.ts';
import type { Ambient } from './site.ts';

/** What a connection holds and can do, for index_info. */
export async function describeConnection(
  { settings: { name }, backend }: OpenConnection,
  catalog: Catalog,
  settings: Settings,
  { now }: Pick<Ambient, 'now'>,
): Promise<ConnectionInfo> {
  const generations = await backend.generations();
  const live = generations.find((g) => g.state === 'live');
  const why =
    live === undefined
      ? null
      : outdated(live.fingerprint, settings.fields, catalog.site, settings.document !== null);
  const builder = builderOf(settings.dataDir, name, now);
  const noted = await notedBuild(catalog, name);
  return {
    connection: name,
    engine: backend.engine,
    version: backend.version,
    target: backend.target,
    live: live?.name ?? null,
    documents: live?.documents ?? 0,
    bytes: live?.bytes ?? 0,
    lag: await catalog.countChanges(live?.applied ?? 0),
    failure: null,
    rebuildNeeded: why === null ? null : `${why}: run rebuild_index -u ${name}`,
    fields: [...TEXT_FIELDS, ...settings.fields.map((f) => f.name)],
    capabilities: { ...backend.supports },
    generations: generations.map((g) => ({
      name: g.name,
      state: g.state,
      documents: g.documents,
      bytes: g.bytes,
      createdAt: isoDate(g.createdAt),
      notes: [...g.notes, ...notesOn(g, generations, { builder, noted })],
    })),
  };
}

/** Of a connection whose engine cannot be asked. */
export function unknownInfo(connection: string, engine: string, failure: string): ConnectionInfo {
  return {
    connection,
    engine,
    version: '',
    target: '',
    live: null,
    documents: 0,
    bytes: 0,
    lag: 0,
    failure,
    rebuildNeeded: null,
    fields: [],
    capabilities: {},
    generations: [],
  };
}

/** Tells why a generation cannot be gone back to; null: it can. Declared fields that it lacks are refused when they are asked for. @param head the log's newest seq */
export function unusableBy(
  fields: readonly DeclaredField[],
  site: string,
  head: number,
): (generation: GenerationInfo) => string | null {
  return ({ fingerprint, applied }) => {
    if (isOfSite(fingerprint, site) && applied > head) return 'knows more than the catalog';
    const { sameAnalysis } = compareFingerprint(fingerprint, fields);
    return sameAnalysis && isOfSite(fingerprint, site) ? null : outdated(fingerprint, fields, site);
  };
}

/**
 * Why a generation cannot be updated; null where it can.
 * @param hooked documents pass a hook; undefined: whether they did is all the same
 */
function outdated(
  fingerprint: string,
  fields: readonly DeclaredField[],
  site: string,
  hooked?: boolean,
): string | null {
  if (fingerprint === '') return 'cannot be read';
  if (!isOfSite(fingerprint, site)) return 'was fed from another catalog';
  const { sameAnalysis, missingFields } = compareFingerprint(fingerprint, fields);
  if (!sameAnalysis) return 'was built with another analysis';
  if (hooked !== undefined && isHooked(fingerprint) !== hooked)
    return hooked ? 'was built without the document hook' : 'was built with a document hook';
  return missingFields.length === 0 ? null : `has no field ${missingFields.join(', ')}`;
}

/**
 * @param builder who builds a new generation; null: nobody
 * @param noted the one that a rebuild may go on with
 */
function notesOn(
  { name, state }: GenerationInfo,
  all: readonly GenerationInfo[],
  { builder, noted }: { readonly builder: string | null; readonly noted: string | null },
): readonly string[] {
  const at = all.findIndex((g) => g.name === name);
  const live = all.findIndex((g) => g.state === 'live');
  if (state === 'building') {
    if (builder !== null) return [`being built by ${builder}`];
    return [
      `left unfinished: ${name === noted ? 'the next rebuild_index goes on with it' : 'the next run drops it'}`,
    ];
  }
  return state === 'kept' && at > live
    ? [`newer than the live one: rollback_index --to ${name} makes it the live one`]
    : [];
}
