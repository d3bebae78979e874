import { type BackendContext, HayrickError } from '@hayrick/core/backend';
import { ABSENT, at, type Engine } from './engine.ts';
import { type IndexMeta, parseMeta } from './mapping.ts';
import { readOwner, siteName } from './owner.ts';
import type { EngineSettings } from './settings.ts';

/** An index of this connection's own. */
export interface OwnIndex {
  readonly name: string;
  readonly meta: IndexMeta;
}

/** An index, whosever. */
interface FoundIndex {
  readonly name: string;
  readonly meta: IndexMeta | null;
}

/**
 * Tells which indexes on a server are this connection's: those whose name and whose mapping's `_meta` both say so. Only looks; what it
 * finds by a pattern is never touched by that.
 */
export class Ownership {
  readonly #engine: Engine;
  readonly #settings: EngineSettings;
  readonly #place: Pick<BackendContext, 'directory' | 'site'>;

  constructor(engine: Engine, settings: EngineSettings, place: Pick<BackendContext, 'directory' | 'site'>) {
    this.#engine = engine;
    this.#settings = settings;
    this.#place = place;
  }

  /** Whose indexes are this connection's: null before the first is made where nobody tells. */
  async site(): Promise<string | null> {
    const owner = readOwner(this.#place.directory);
    if (owner !== null) return owner.site;
    const told = await this.#place.site?.();
    return told === undefined || told === '' ? null : siteName(told);
  }

  /**
   * What the alias leads to: none, or one. With no site known yet, what a Hayrick made may be ours, and nothing is said of it.
   * @throws HayrickError INDEX_FOREIGN where an index bears the alias's name, or it leads to one of somebody else's
   */
  async aliased(site: string | null): Promise<readonly OwnIndex[]> {
    return this.#ownOf(await this.#found(), site);
  }

  /** The index of that name if it is ours. */
  async find(name: string): Promise<OwnIndex | null> {
    const site = await this.site();
    if (site === null || !this.#isName(name, site)) return null;
    const found = (await this.#get(name)).find((one) => one.name === name);
    return found === undefined ? null : this.#asOwn(found, site);
  }

  /** All of ours, the oldest first. */
  async all(site: string): Promise<readonly OwnIndex[]> {
    const found = await this.#get(`${this.#settings.index}-hayrick-${site}-*`);
    return found
      .flatMap((index) => this.#asOwn(index, site) ?? [])
      .sort((a, b) => numberOf(a.name) - numberOf(b.name));
  }

  /** What the alias leads to, whosever. */
  async #found(): Promise<readonly FoundIndex[]> {
    const { index } = this.#settings;
    const found = await this.#get(index);
    if (found.some(({ name }) => name === index)) {
      throw foreign(
        `${index} at ${this.#engine.where} is an index, not an alias: Hayrick makes its own indexes and an alias of that name.`,
        this.#settings,
      );
    }
    return found;
  }

  #ownOf(found: readonly FoundIndex[], site: string | null): readonly OwnIndex[] {
    return found.flatMap((index) => {
      const own = this.#asOwn(index, site ?? index.meta?.site ?? '');
      if (own !== null) return site === null ? [] : [own];
      const { index: alias } = this.#settings;
      throw foreign(
        `The alias ${alias} at ${this.#engine.where} leads to the index ${index.name}, which ${whose(index, this.#settings)}.`,
        this.#settings,
      );
    });
  }

  #asOwn({ name, meta }: FoundIndex, site: string): OwnIndex | null {
    const { connection, index } = this.#settings;
    if (meta === null || !this.#isName(name, site)) return null;
    const own = meta.site === site && meta.connection === connection && meta.index === index;
    return own ? { name, meta } : null;
  }

  #isName(name: string, site: string): boolean {
    const prefix = `${this.#settings.index}-hayrick-${site}-`;
    return name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length));
  }

  /** Indexes by name, alias or pattern: only ever read this way. */
  async #get(name: string): Promise<readonly FoundIndex[]> {
    const answer = await this.#engine.find({
      method: 'GET',
      path: at(name),
      query: { filter_path: '*.mappings._meta,*.settings.index.uuid', expand_wildcards: 'open' },
      doing: `look for the index ${name}`,
    });
    if (answer === ABSENT || answer === null || answer === '') return [];
    const indexes = answer as Readonly<Record<string, { readonly mappings?: { readonly _meta?: unknown } }>>;
    return Object.entries(indexes).map(([key, { mappings }]) => ({
      name: key,
      meta: parseMeta(mappings?._meta),
    }));
  }
}

/** Generations are numbered in the order in which they were made. */
export function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

function whose({ meta }: FoundIndex, { connection }: EngineSettings): string {
  if (meta === null) return 'Hayrick did not make';
  return meta.connection === connection
    ? `belongs to another data folder (site ${meta.site})`
    : `belongs to the connection "${meta.connection}" of the site ${meta.site}`;
}

function foreign(what: string, { connection }: EngineSettings): HayrickError {
  return new HayrickError(
    'INDEX_FOREIGN',
    `${what} Nothing was touched. Give connections.${connection}.index another name; if nobody needs what is there, delete it on the server.`,
  );
}
