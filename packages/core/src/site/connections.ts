import { join } from 'node:path';
import type { Backend, BackendContext, GenerationReader } from '../backend/backend.ts';
import { guardBackend } from '../backend/guard.ts';
import { compareFingerprint } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import { type OpenConnection, rebuildNeeded } from '../ingest/generations.ts';
import type { ConnectionFailure } from '../ingest/report.ts';
import { failureOf, isEngineFailure } from '../ingest/target.ts';
import { didYouMean } from '../nearest.ts';
import type { Condition } from '../query/index.ts';
import { checkConnectionKeys } from '../settings/connection-keys.ts';
import type { ConnectionSettings, Settings } from '../settings/settings.ts';
import { fieldsOf } from './fields-of-condition.ts';
import { loadBackend } from './load-module.ts';
import type { Ambient } from './site.ts';

export interface ConnectionsToWrite {
  readonly open: readonly OpenConnection[];
  readonly failures: readonly ConnectionFailure[];
}

/** A reader that is in use until it is released. */
export interface ReaderLease {
  readonly backend: Backend;
  readonly reader: GenerationReader;
  release(): Promise<void>;
}

interface SharedReader {
  readonly generation: string;
  readonly reader: Promise<GenerationReader>;
  users: number;
  /** Another generation is live. */
  retired: boolean;
}

/** How often a generation may be swapped and dropped between being seen live and being opened. */
const SWAPS_IN_A_ROW = 3;

/** The connections of a site, each opened when it is first needed. */
export class Connections {
  readonly #settings: Settings;
  readonly #ambient: Ambient;
  readonly #site: () => Promise<string>;
  readonly #open = new Map<string, Promise<OpenConnection>>();
  readonly #readers = new Map<string, SharedReader>();

  /** @param site the id of the site's catalog, opened for it */
  constructor(settings: Settings, ambient: Ambient, site: () => Promise<string>) {
    this.#settings = settings;
    this.#ambient = ambient;
    this.#site = site;
  }

  /**
   * The connections to be written: those named, else the router's, else all. One of several whose engine cannot be opened is told as a failure.
   * @throws HayrickError what is wrong in the settings, and what fails at the only one
   */
  async toWrite(using: readonly string[] | undefined): Promise<ConnectionsToWrite> {
    const wanted = using ?? this.#settings.routers.write ?? Object.keys(this.#settings.connections);
    const names = [...new Set(wanted)];
    const opening = await Promise.allSettled(names.map((name) => this.open(name)));
    const open: OpenConnection[] = [];
    const failures: ConnectionFailure[] = [];
    for (const [i, result] of opening.entries()) {
      if (result.status === 'fulfilled') open.push(result.value);
      else if (names.length > 1 && isEngineFailure(result.reason)) {
        failures.push(failureOf(names[i] ?? '', result.reason));
      } else throw result.reason;
    }
    const targets = new Map<string, string>();
    for (const { settings, backend } of open) {
      const other = targets.get(backend.target);
      if (other !== undefined) {
        throw new HayrickError(
          'SETTINGS_INVALID',
          `connections.${settings.name} has the same target as connections.${other}: they would write over each other. Give it another path or index.`,
        );
      }
      targets.set(backend.target, settings.name);
    }
    return { open, failures };
  }

  open(name: string): Promise<OpenConnection> {
    const settings = this.#named(name);
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const opening = this.#start(settings);
    this.#open.set(name, opening);
    // What could not be opened may be there the next time.
    opening.catch(() => this.#open.delete(name));
    return opening;
  }

  /** As the settings name it. */
  engineOf(name: string): string {
    const { engine } = this.#named(name);
    return typeof engine === 'string' ? engine : engine.engine;
  }

  /** The name of the connection that answers. */
  toRead(using: string | undefined): string {
    const name = using ?? this.#settings.routers.read;
    this.#named(name);
    return name;
  }

  /**
   * A reader of the live generation, shared by all who search at the same time, to be released. One whose generation is no longer live is
   * closed when nobody uses it any more.
   * @throws HayrickError GENERATION_NONE
   */
  async lease(name: string): Promise<ReaderLease> {
    const { backend } = await this.open(name);
    for (let attempt = 1; ; attempt++) {
      const live = await backend.live();
      if (live === null) {
        throw new HayrickError(
          'GENERATION_NONE',
          `Connection "${name}" has no index yet. Run rebuild_index${name === 'default' ? '' : ` -u ${name}`}.`,
        );
      }
      const shared = this.#shared(name, live, backend);
      shared.users++;
      try {
        const reader = await shared.reader;
        return { backend, reader, release: () => release(shared) };
      } catch (error) {
        if (this.#readers.get(name) === shared) this.#readers.delete(name);
        const dropped = error instanceof HayrickError && error.code === 'GENERATION_NONE';
        if (!dropped || attempt === SWAPS_IN_A_ROW) throw error;
      }
    }
  }

  #shared(name: string, live: string, backend: Backend): SharedReader {
    const known = this.#readers.get(name);
    if (known?.generation === live) return known;
    const shared = { generation: live, reader: backend.reader(live), users: 0, retired: false };
    this.#readers.set(name, shared);
    if (known !== undefined) {
      known.retired = true;
      known.users++;
      void release(known);
    }
    return shared;
  }

  /** Refuses fields that the generation was built without. */
  checkCondition(name: string, reader: GenerationReader, condition: Condition): void {
    const { sameAnalysis, missingFields } = compareFingerprint(reader.fingerprint, this.#settings.fields);
    const asked = fieldsOf(condition);
    if (!sameAnalysis || missingFields.some((field) => asked.has(field))) throw rebuildNeeded(name);
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#open.values());
    this.#readers.clear();
    this.#open.clear();
    for (const result of open) if (result.status === 'fulfilled') await result.value.backend.close();
  }

  async #start(settings: ConnectionSettings): Promise<OpenConnection> {
    const { dataDir, fields, file, search } = this.#settings;
    const module = await loadBackend(settings.engine, [
      ...(file === null ? [] : [file]),
      ...this.#ambient.resolveFrom,
    ]);
    checkConnectionKeys(settings, module.settings, file);
    const context: BackendContext = {
      connection: settings.name,
      directory: join(dataDir, 'indexes', settings.name),
      settings: settings.backend,
      fields,
      // One more than is shown tells whether there are more.
      maxResults: search.maxResults + 1,
      now: () => Math.floor(this.#ambient.now() / 1000),
      timeout: settings.timeout,
      options: settings.options,
      site: this.#site,
      sleep: this.#ambient.sleep,
    };
    return { settings, backend: guardBackend(await module.open(context), context) };
  }

  #named(name: string): ConnectionSettings {
    const settings = Object.values(this.#settings.connections).find((c) => c.name === name);
    if (settings !== undefined) return settings;
    const known = Object.keys(this.#settings.connections);
    throw new HayrickError(
      'CONNECTION_UNKNOWN',
      `There is no connection "${name}".${didYouMean(name, known)} The settings have: ${known.join(', ')}.`,
    );
  }
}

async function release(shared: SharedReader): Promise<void> {
  shared.users--;
  if (!shared.retired || shared.users > 0) return;
  const [opened] = await Promise.allSettled([shared.reader]);
  if (opened.status === 'fulfilled') await opened.value.close();
}
