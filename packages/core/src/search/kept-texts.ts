import type { PlaceRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { StoreMode } from '../settings/settings.ts';
import type { CurrentTextStore, OpenTextStore, TextStore } from '../store/index.ts';

export interface KeptTextsOptions {
  readonly mode: StoreMode;
  readonly folder: string;
  /** What opens stores, and the catalog's site. */
  readonly open: () => Promise<{
    readonly openTextStore: OpenTextStore;
    readonly currentTextStore: CurrentTextStore;
    readonly site: string;
  }>;
  readonly log: (level: 'debug', message: string) => void;
}

/** Blocks that hold the texts of messages, by id. */
export type TextBlocks = ReadonlyMap<string, readonly Uint8Array[]>;

/** Whether the text of a message in that place is kept, if the site keeps any. */
export function mayBeKept(mode: StoreMode, { compression }: PlaceRecord): boolean {
  return mode === 'always' || (mode === 'auto' && compression !== 'none');
}

const NONE: TextBlocks = new Map();

/** The texts that a site keeps, for reading: always those of the store that is there now. Without a store nothing is known, and nothing fails. */
export class KeptTexts {
  readonly mode: StoreMode;
  readonly #options: KeptTextsOptions;
  #store: TextStore | null = null;
  #name: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: KeptTextsOptions) {
    this.#options = options;
    this.mode = options.mode;
  }

  async blocksOf(ids: readonly string[]): Promise<TextBlocks> {
    if (this.mode === 'never' || ids.length === 0) return NONE;
    const reading = this.#turn.then(() => this.#read(ids));
    this.#turn = reading;
    return await reading;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#close();
  }

  async #read(ids: readonly string[]): Promise<TextBlocks> {
    try {
      const { openTextStore, currentTextStore, site } = await this.#options.open();
      const { folder, log } = this.#options;
      const name = currentTextStore(folder);
      if (name !== this.#name) {
        await this.#close();
        this.#store = await openTextStore({ folder, site, purpose: 'read', log: () => undefined });
        this.#name = name;
        if (this.#store === null && name !== null) {
          log('debug', `The kept texts in ${folder} cannot be used; messages are read from their sources.`);
        }
      }
      return (await this.#store?.blocksOf(ids)) ?? NONE;
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
      this.#options.log('debug', `Kept texts cannot be read: ${error.message}`);
      await this.#close();
      return NONE;
    }
  }

  async #close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    this.#name = null;
    await store?.close();
  }
}
