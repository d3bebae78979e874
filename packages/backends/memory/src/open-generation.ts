import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, generationNone, HayrickError, type WriteOutcome } from '@hayrick/core/backend';
import { applyBatch } from './apply.ts';
import { planBatch } from './batch.ts';
import { damaged, isMissing } from './failures.ts';
import { foldGeneration } from './fold.ts';
import {
  type GenerationFile,
  journalPath,
  type Progress,
  readGenerationFile,
  type SnapshotFile,
  snapshotPath,
} from './generation-file.ts';
import { Journal } from './journal.ts';
import type { Batch } from './journal-frames.ts';
import { MemoryIndex } from './memory-index.ts';
import { createQueue } from './queue.ts';
import { readSnapshot } from './snapshot-reader.ts';

/** The journal is folded when it is longer than this, and than this share of the snapshot: reading it costs more a byte. */
const SMALL_JOURNAL = 1 << 20;
const JOURNAL_SHARE = 1 / 16;

/** What a process has in memory of a generation, and from which files. */
interface Loaded {
  readonly file: GenerationFile;
  readonly index: MemoryIndex;
  readonly journal: Journal;
  /** How far the index has come. */
  readonly progress: Progress;
}

/** One generation in memory, for all readers and writers of a backend. It follows what other processes write. */
export class OpenGeneration {
  readonly #directory: string;
  readonly #name: string;
  readonly #folderNumber: number;
  readonly #queue = createQueue();
  #loaded: Loaded;
  #writing = 0;
  #failure: { readonly error: unknown } | null = null;

  private constructor(directory: string, name: string, folderNumber: number, loaded: Loaded) {
    this.#directory = directory;
    this.#name = name;
    this.#folderNumber = folderNumber;
    this.#loaded = loaded;
  }

  /** @throws HayrickError GENERATION_NONE, INDEX_DAMAGED, INDEX_TOO_NEW */
  static async open(directory: string, name: string): Promise<OpenGeneration> {
    const folder = join(directory, name);
    const number = statSync(folder, { throwIfNoEntry: false })?.ino;
    if (number === undefined) throw generationNone(directory, name);
    const opened = new OpenGeneration(directory, name, number, await load(directory, name));
    await opened.#queue.run(() => opened.#catchUp());
    return opened;
  }

  get fingerprint(): string {
    return this.#loaded.file.fingerprint;
  }

  get progress(): Progress {
    return this.#loaded.progress;
  }

  /** As it was at the last `follow`, or at the last write of this process. */
  get index(): MemoryIndex {
    return this.#loaded.index;
  }

  /** Takes in what other processes have written. What this one writes comes into sight by itself and is not waited for. */
  async follow(): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#writing === 0 && this.#isBehind()) await this.#queue.run(() => this.#catchUp());
  }

  /** @throws HayrickError LIMIT_EXCEEDED, with nothing written, and DISK_FULL */
  async write(changes: readonly Change[], upTo: number, maxDocuments: number): Promise<WriteOutcome> {
    return this.#exclusively(async () => {
      await this.#catchUp();
      const { index, journal, file, progress } = this.#loaded;
      const { batch, outcome, growth } = planBatch(changes, (id) => index.documents.slotOf(id) !== undefined);
      const documents = index.documents.count + growth;
      if (growth > 0 && documents > maxDocuments) throw tooMany(this.#name, documents, maxDocuments);
      const reached = { applied: upTo, writes: progress.writes + 1, documents };
      await journal.append(batch, reached);
      await this.#apply(batch, reached);
      if (file.finished && journal.bytes > longestJournal(file.snapshot)) await this.#fold();
      return outcome;
    });
  }

  /** Ends a bulk build with a snapshot. One that was ended before has a snapshot already, and a journal that is short. */
  async finish(): Promise<void> {
    await this.#exclusively(async () => {
      await this.#catchUp();
      if (!this.#loaded.file.finished) await this.#fold();
    });
  }

  /** Lets what is being written end. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#loaded.journal.close();
  }

  get #folder(): string {
    return join(this.#directory, this.#name);
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#writing++;
    try {
      if (this.#failure !== null) throw this.#failure.error;
      return await this.#queue.run(work);
    } finally {
      this.#writing--;
    }
  }

  #isBehind(): boolean {
    const { journal, file } = this.#loaded;
    return journal.hasGrown || (this.#readFile()?.epoch ?? file.epoch) !== file.epoch;
  }

  /** Null where the generation was dropped, also if there is another of its name by now. */
  #readFile(): GenerationFile | null {
    if (statSync(this.#folder, { throwIfNoEntry: false })?.ino !== this.#folderNumber) return null;
    return readGenerationFile(this.#folder);
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      await this.#drain();
      const file = this.#readFile();
      if (file === null || file.epoch === this.#loaded.file.epoch) return;
      const old = this.#loaded.journal;
      this.#loaded = this.#nextEpoch(file) ?? (await load(this.#directory, this.#name));
      await old.close();
    }
  }

  /** The same index with the new journal, where that goes on from here: the snapshot holds just the batches that are in memory. */
  #nextEpoch(file: GenerationFile): Loaded | null {
    const { index, progress } = this.#loaded;
    if (file.snapshot?.writes !== progress.writes) return null;
    const journal = openJournal(this.#folder, file.epoch);
    return journal === null ? null : { file, index, journal, progress };
  }

  async #drain(): Promise<void> {
    const { journal } = this.#loaded;
    for (let frame = journal.next(); frame !== null; frame = journal.next()) {
      const { applied, writes, documents, batch } = frame;
      await this.#apply(batch, { applied, writes, documents });
    }
  }

  async #apply(batch: Batch, progress: Progress): Promise<void> {
    try {
      await applyBatch(this.#loaded.index, batch, () => {
        this.#loaded = { ...this.#loaded, progress };
      });
    } catch (error) {
      // Half a batch is in memory: only what is on disk is right.
      this.#failure = { error };
      throw error;
    }
  }

  async #fold(): Promise<void> {
    const { file, index, progress, journal } = this.#loaded;
    const folded = await foldGeneration(this.#folder, file, index, progress);
    const next = openJournal(this.#folder, folded.epoch);
    if (next === null) throw damaged(this.#folder, 'its new journal is gone');
    this.#loaded = { file: folded, index, journal: next, progress };
    await journal.close();
  }
}

/** Reads the snapshot; the journal is yet to be read. */
async function load(directory: string, name: string): Promise<Loaded> {
  const folder = join(directory, name);
  for (;;) {
    const file = readGenerationFile(folder);
    if (file === null) throw generationNone(directory, name);
    const { epoch, snapshot, fields } = file;
    const journal = openJournal(folder, epoch);
    try {
      if (journal === null) throw damaged(journalPath(folder, epoch), 'it is gone');
      const { applied, writes, documents } = snapshot ?? { applied: 0, writes: 0, documents: 0 };
      const index =
        snapshot === null
          ? new MemoryIndex(fields)
          : await readSnapshot(snapshotPath(folder, epoch), snapshot, fields);
      return { file, index, journal, progress: { applied, writes, documents } };
    } catch (error) {
      await journal?.close();
      // Another process folds the journal: the files of this epoch went under our hands.
      if ((readGenerationFile(folder)?.epoch ?? epoch) === epoch) throw error;
    }
  }
}

function openJournal(folder: string, epoch: number): Journal | null {
  try {
    return Journal.open(journalPath(folder, epoch));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function longestJournal(snapshot: SnapshotFile | null): number {
  const bytes = Object.values(snapshot?.pieces ?? {}).reduce((sum, piece) => sum + piece, 0);
  return Math.max(SMALL_JOURNAL, bytes * JOURNAL_SHARE);
}

function tooMany(generation: string, documents: number, most: number): HayrickError {
  return new HayrickError(
    'LIMIT_EXCEEDED',
    `The generation ${generation} would hold ${documents} documents, and the connection's maxDocuments is ${most}. Raise it if there is memory for them, give the connection fewer archives (only, exclude), or use the engine sqlite.`,
  );
}
