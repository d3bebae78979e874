import { rmSync } from 'node:fs';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { StoreMode } from '../settings/settings.ts';
import type { OpenTextStore, TextBlock, TextPurpose, TextStore } from '../store/index.ts';
import type { Lock } from './lock.ts';
import type { SiteLocks } from './site-locks.ts';

export interface TextKeeperOptions {
  readonly mode: StoreMode;
  /** Of the store alone. */
  readonly folder: string;
  readonly open: OpenTextStore;
  /** Of the catalog. */
  readonly site: string;
  readonly log: (level: 'warn', message: string) => void;
}

/** Removed messages that are asked for at a time. */
const PAGE = 1000;

/**
 * Keeps the texts of one run's messages. The store only saves time: what goes wrong with it is logged once and stops nothing. Before `begin` and
 * behind trouble nothing is kept.
 */
export class TextKeeper {
  readonly mode: StoreMode;
  readonly #options: TextKeeperOptions;
  #store: TextStore | null = null;
  /** Of one that is built anew. */
  #lock: Lock | null = null;
  #catalog: Catalog | null = null;

  constructor(options: TextKeeperOptions) {
    this.#options = options;
    this.mode = options.mode;
  }

  /** What is not to be kept is not to be left there either. */
  discard(): void {
    if (this.mode === 'never') rmSync(this.#options.folder, { recursive: true, force: true });
  }

  /**
   * Drops the texts of messages that the catalog's log says are removed. While another run builds the store anew this one keeps nothing: what it
   * records comes to that run through the log.
   * @param purpose but for `add` all messages will have been read in the end: the store is built anew, which mends whatever is wrong with it
   */
  async begin(catalog: Catalog, purpose: TextPurpose, locks: SiteLocks): Promise<void> {
    const { mode, folder, site, open, log } = this.#options;
    if (mode === 'never') return;
    const lock = locks.textsIfFree();
    if (lock === null) return;
    this.#lock = lock;
    await this.#attempt(async () => {
      const store = await open({ folder, site, purpose, log });
      this.#store = store;
      // What was begun knows how far it has followed.
      if (purpose === 'rebuild' || purpose === 'begin') await store?.drop([], await catalog.head());
      else if (purpose === 'add' && store !== null) await follow(store, catalog);
    });
    if (purpose === 'add') this.#unlock();
    else this.#catalog = catalog;
  }

  async put(blocks: readonly TextBlock[]): Promise<void> {
    if (blocks.length > 0) await this.#attempt(() => this.#store?.put(blocks));
  }

  /** @param whole everything that was announced has been put */
  async end(whole: boolean): Promise<void> {
    if (whole) await this.#attempt(() => this.#commit());
    await this.#store?.close();
    this.#store = null;
    this.#unlock();
  }

  /** What was removed since it was begun is not to come back with it. */
  async #commit(): Promise<void> {
    const store = this.#store;
    if (store === null) return;
    if (this.#catalog !== null) await follow(store, this.#catalog);
    await store.commit();
  }

  #unlock(): void {
    this.#lock?.release();
    this.#lock = null;
    this.#catalog = null;
  }

  async #attempt(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      const store = this.#store;
      this.#store = null;
      await store?.close();
      if (!(error instanceof HayrickError)) throw error;
      this.#options.log(
        'warn',
        `Texts of messages in packed files are not kept in this run, so answers from them are slower: ${error.message}`,
      );
    }
  }
}

async function follow(store: TextStore, catalog: Catalog): Promise<void> {
  const head = await catalog.head();
  for (let at = await store.followed(); at < head; ) {
    const removed = await catalog.removed(at, PAGE);
    const last = removed.at(-1);
    at = last === undefined || removed.length < PAGE ? head : last.seq;
    const ids = removed.map(({ id }) => id);
    await store.drop(ids, at);
  }
}
