import { type BackendContext, type GenerationInfo, HayrickError } from '@hayrick/core/backend';
import { ABSENT, at, type Engine } from './engine.ts';
import { serverError, translate } from './failures.ts';
import {
  INDEX_FORMAT,
  type IndexMeta,
  indexMapping,
  indexSettings,
  LOADING,
  STATE_ID,
  servingSettings,
} from './mapping.ts';
import { readOwner, siteOfFingerprint, writeOwner } from './owner.ts';
import { numberOf, Ownership, type OwnIndex } from './ownership.ts';
import type { EngineSettings, Plain } from './settings.ts';

type Place = Pick<BackendContext, 'directory' | 'fields' | 'maxResults' | 'now' | 'site'>;

/** Merges and syncs of a whole index take their time. */
const PATIENCE = 60;

/**
 * The indexes of one connection, one a generation, and the alias that names the live one. An index is ours where its mapping's `_meta`
 * says so; nothing else is ever written to, swapped or deleted, and ours by their full names alone.
 */
export class Generations {
  readonly #engine: Engine;
  readonly #settings: EngineSettings;
  readonly #place: Place;
  readonly #ownership: Ownership;

  constructor(engine: Engine, settings: EngineSettings, place: Place) {
    this.#engine = engine;
    this.#settings = settings;
    this.#place = place;
    this.#ownership = new Ownership(engine, settings, place);
  }

  /**
   * The live generation, null where there is none.
   * @throws HayrickError INDEX_FOREIGN where the alias's name is an index, or it leads to one of somebody else's
   */
  async live(): Promise<string | null> {
    const own = await this.#ownership.aliased(await this.#ownership.site());
    return own.toSorted((a, b) => numberOf(a.name) - numberOf(b.name)).at(-1)?.name ?? null;
  }

  async list(): Promise<readonly GenerationInfo[]> {
    const site = await this.#ownership.site();
    if (site === null) return [];
    const [all, live] = await Promise.all([this.#ownership.all(site), this.live()]);
    const described = await Promise.all(all.map((index) => this.#describe(index, live)));
    return described.filter((one) => one !== null);
  }

  /**
   * @param options.older one of an older format will do
   * @throws HayrickError GENERATION_NONE, INDEX_TOO_NEW, REBUILD_NEEDED
   */
  async require(name: string, { older = false } = {}): Promise<OwnIndex> {
    const own = await this.#ownership.find(name);
    if (own === null) {
      throw new HayrickError(
        'GENERATION_NONE',
        `There is no generation "${name}" of the connection ${this.#settings.connection} at ${this.#engine.where}. Run rebuild_index to make one.`,
      );
    }
    if (own.meta.hayrick > INDEX_FORMAT) {
      throw new HayrickError(
        'INDEX_TOO_NEW',
        `The index ${name} was made by a newer Hayrick. Use that version, or run rebuild_index.`,
      );
    }
    const outdated = olderFormat(own);
    if (outdated !== null && !older) throw new HayrickError('REBUILD_NEEDED', outdated);
    return own;
  }

  /** Makes an empty index beside the others, set up to be loaded. */
  async create(fingerprint: string): Promise<OwnIndex> {
    const { directory, now } = this.#place;
    const { index, connection } = this.#settings;
    const site = (await this.#ownership.site()) ?? siteOfFingerprint(fingerprint, directory);
    // Another's alias must not be found out after the index is filled.
    await this.#ownership.aliased(site);
    const numbers = (await this.#ownership.all(site)).map((one) => numberOf(one.name));
    let last = Math.max(0, readOwner(directory)?.last ?? 0, ...numbers);
    for (;;) {
      last++;
      writeOwner(directory, { site, last });
      const name = `${index}-hayrick-${site}-${last}`;
      const meta: IndexMeta = {
        hayrick: INDEX_FORMAT,
        site,
        connection,
        index,
        fingerprint,
        createdAt: now(),
        state: 'building',
      };
      // A name that is somebody's, whosever, is passed over.
      if (await this.#make(name, meta)) return { name, meta };
    }
  }

  /** Answers whether the name was free. */
  async #make(name: string, meta: IndexMeta): Promise<boolean> {
    const { fields, maxResults } = this.#place;
    const doing = `make the index ${name}`;
    const settings = { ...indexSettings(this.#settings, maxResults), ...LOADING };
    const body = { settings, mappings: indexMapping(fields, meta) };
    try {
      await this.#engine.send({ method: 'PUT', path: at(name), body, doing, patience: PATIENCE });
      return true;
    } catch (error) {
      if (serverError(error)?.type === 'resource_already_exists_exception') return false;
      throw translate(error, doing, this.#engine.where);
    }
  }

  /** Ends the load of an index: settings back, everything visible and on disk, and then it is called complete. */
  async complete({ name, meta }: OwnIndex, signal?: AbortSignal): Promise<void> {
    const doing = `finish the index ${name}`;
    const all = { doing, signal, patience: PATIENCE } as const;
    const settings = servingSettings(this.#settings);
    await this.#engine.ask({ ...all, method: 'PUT', path: at(name, '_settings'), body: { index: settings } });
    await this.#engine.ask({ ...all, method: 'POST', path: at(name, '_refresh') });
    await this.#engine.ask({ ...all, method: 'POST', path: at(name, '_flush') });
    const done: IndexMeta = { ...meta, state: 'complete' };
    await this.#engine.ask({ ...all, method: 'PUT', path: at(name, '_mapping'), body: { _meta: done } });
  }

  /** One step for everybody who asks for the alias. */
  async swap(name: string): Promise<void> {
    const { index } = this.#settings;
    const { meta } = await this.require(name);
    const before = (await this.#ownership.aliased(meta.site)).map((one) => one.name);
    const actions = [
      ...before
        .filter((one) => one !== name)
        .map((one) => ({ remove: { index: one, alias: index, must_exist: true } })),
      { add: { index: name, alias: index } },
    ];
    const doing = `lead the alias ${index} to ${name}`;
    try {
      await this.#engine.ask({ method: 'POST', path: '/_aliases', body: { actions }, doing });
    } catch (error) {
      // Sent again because its answer was lost, it finds nothing left to remove.
      if ((await this.live()) !== name) throw error;
    }
  }

  async drop(name: string): Promise<void> {
    await this.require(name, { older: true });
    await this.#engine.find({
      method: 'DELETE',
      path: at(name),
      query: { expand_wildcards: 'none', allow_no_indices: false },
      doing: `delete the index ${name}`,
      patience: PATIENCE,
    });
  }

  /** How far the log has been applied to an index; null where it was not yet written down. */
  async applied(name: string, signal?: AbortSignal): Promise<number | null> {
    const answer = await this.#engine.find({
      method: 'GET',
      path: at(name, '_doc', STATE_ID),
      doing: `read the state of ${name}`,
      signal,
    });
    if (answer === ABSENT) return null;
    const { _source: source } = answer as { readonly _source?: { readonly applied?: unknown } };
    return typeof source?.applied === 'number' ? source.applied : null;
  }

  /** Null where it was dropped meanwhile. */
  async #describe(own: OwnIndex, live: string | null): Promise<GenerationInfo | null> {
    const { name, meta } = own;
    const doing = `describe the index ${name}`;
    const asked = Promise.all([
      this.applied(name),
      this.#engine.find({
        method: 'POST',
        path: at(name, '_count'),
        body: { query: { bool: { must_not: { ids: { values: [STATE_ID] } } } } },
        doing,
      }),
      this.#engine.find({ method: 'GET', path: at(name, '_stats', 'store'), doing }),
    ]);
    // For some moments an index that is being made is known and has no shard that could tell of it.
    const [applied, counted, stats] = await asked.catch((error: unknown) => {
      if (meta.state === 'building' && isUnready(error)) return [null, { count: 0 }, {}] as const;
      throw error;
    });
    if (counted === ABSENT || stats === ABSENT) return null;
    const foreign = meta.hayrick > INDEX_FORMAT ? 'made by a newer Hayrick' : olderFormat(own);
    return {
      name,
      state: name === live ? 'live' : meta.state === 'complete' ? 'kept' : 'building',
      documents: (counted as { readonly count: number }).count,
      applied: applied ?? 0,
      bytes: storeBytes(stats),
      fingerprint: foreign === null ? meta.fingerprint : '',
      createdAt: meta.createdAt,
      notes: foreign === null ? [] : [foreign],
    };
  }
}

function isUnready(error: unknown): boolean {
  return error instanceof HayrickError && serverError(error.cause)?.status === 503;
}

/** What is wrong with one of an older format; null: nothing. */
function olderFormat({ name, meta }: OwnIndex): string | null {
  if (meta.hayrick >= INDEX_FORMAT) return null;
  return `The index ${name} was made by an older Hayrick (its format is ${meta.hayrick}, this one knows ${INDEX_FORMAT}). Run rebuild_index: it builds a new one beside it.`;
}

function storeBytes(stats: unknown): number {
  const { _all } = stats as { readonly _all?: { readonly primaries?: { readonly store?: Plain } } };
  return Number(_all?.primaries?.store?.['size_in_bytes'] ?? 0);
}
