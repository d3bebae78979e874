import type { Catalog } from '../catalog/catalog.ts';
import type { FileRecord, FolderStamp, FoundFile, SourceRecord } from '../catalog/file-records.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import type { HistoryStretch, Source, SourceFile } from '../source/index.ts';
import {
  compareFile,
  epochNames,
  isSettled,
  type ReadCounters,
  readFileState,
  SeenFiles,
  statFile,
} from '../source/index.ts';
import { type CompareOptions, compareSource, type SourceComparison } from './compare-source.ts';
import { covers, findSources } from './find-sources.ts';
import { rememberLooks } from './look-memory.ts';
import { type MovedFiles, movedBetween, movedWithin } from './moved-files.ts';
import { type InboxPlan, planInbox } from './plan-inbox.ts';
import { type PlanRecorder, recordingPlan, unrecordedPlan } from './plan-recorder.ts';
import type { SourceProblem } from './report.ts';
import type { UnitFile } from './worker-protocol.ts';

/** A file with something to read in it. */
export interface PlannedFile {
  readonly file: UnitFile;
  readonly archive: string;
  readonly size: number;
  /** Read on from here. */
  readonly from: number;
  /** `unfinished`: a run ended before it was read. */
  readonly why: 'new' | 'grown' | 'changed' | 'unfinished';
  /** Of a repository: what is to be read of its history, oldest first. */
  readonly history: readonly HistoryStretch[] | null;
}

/** Stamps of a source's folders. */
export interface SourceFolders {
  readonly source: number;
  readonly stamps: readonly FolderStamp[];
}

/** What is to be read of one archive, and what of it is known already. */
export interface ArchivePlan {
  readonly archive: string;
  readonly toRead: readonly PlannedFile[];
  /** Keys of files that are gone. Recorded as lost once the rest is read: what has moved meanwhile is then no loss. */
  readonly gone: readonly number[];
  /**
   * Stamps of folders. Recorded behind all else: while a folder bears its stamp it is not listed, and what was not recorded of it would
   * not be found again.
   */
  readonly folders: readonly SourceFolders[];
  /** Sources that are gone with all their files. */
  readonly goneSources: readonly SourceRecord[];
  /** Known sources that could not be looked for: their disk may not be mounted, so nothing of them is gone. */
  readonly unreached: readonly SourceRecord[];
  readonly problems: readonly SourceProblem[];
}

export interface PlanOptions {
  /** Read every file again, whatever its stamp says. */
  readonly full: boolean;
  /** Write nothing down: what is to be read then has no keys. */
  readonly dryRun: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly counters: ReadCounters;
  readonly signal?: AbortSignal | undefined;
}

/** New files that are looked into, and written down, at a time. */
const SOME = 500;

/**
 * Looks at the sources of an archive and compares them with the catalog: files that are new, grown or changed will be read,
 * renamed ones are renamed in the catalog, vanished ones are told. A path at which nothing is found at all is a problem, and
 * nothing of it is lost: it may be a disk that is not mounted. A file that cannot be read is a problem of its own.
 */
export async function planArchive(
  catalog: Catalog,
  archive: ArchiveSettings,
  options: PlanOptions,
): Promise<ArchivePlan> {
  const { name } = archive;
  const recorder = options.dryRun ? unrecordedPlan(catalog) : recordingPlan(catalog);
  const memory = rememberLooks(catalog, name, options);
  const { sources, blind, ...found } = await findSources(archive, memory.look);
  const problems = [...found.problems];
  const seen = new SeenFiles();
  const compareOptions = { ...options, look: memory.look, seen };
  const keys = new Set<number | null>();
  const compared: SourcePlan[] = [];
  const inboxes: InboxPlan[] = [];
  for (const source of inboxesFirst(sources)) {
    try {
      // A folder that another path leads to as well.
      if (isSeenFolder(source, seen)) continue;
      const key = await recorder.source(name, source);
      keys.add(key);
      if (source.kind === 'public-inbox') {
        inboxes.push(await planInbox(catalog, source, key, name, recorder, compareOptions));
        continue;
      }
      const comparison = await compareSource(catalog, source, key, compareOptions);
      compared.push(new SourcePlan(name, source, key, comparison, recorder, compareOptions));
    } catch (error) {
      if (!isSourceError(error)) throw error;
      problems.push({ archive: name, path: source.path, message: error.message });
    }
  }
  await memory.end();
  const unreached: SourceRecord[] = [];
  const goneSources: SourceRecord[] = [];
  for (const record of await catalog.sources()) {
    if (record.archive !== name || keys.has(record.key)) continue;
    const reached = !blind.some((path) => covers(path, record.path));
    (reached ? goneSources : unreached).push(record);
  }
  const moved = new Set<number>();
  const elsewhere = await movedBetween(catalog, compared, goneSources, moved);
  for (const plan of compared) await plan.record(elsewhere, moved);
  return {
    archive: name,
    toRead: [...compared, ...inboxes].flatMap((plan) => plan.toRead),
    gone: [...compared, ...inboxes]
      .flatMap((plan) => plan.missing.map(({ key }) => key))
      .filter((key) => !moved.has(key)),
    folders: options.dryRun ? [] : compared.flatMap((plan) => plan.folders),
    goneSources,
    unreached,
    problems: [...problems, ...[...compared, ...inboxes].flatMap((plan) => plan.problems)],
  };
}

/** Of an epoch that is named by itself as well the inbox knows more: what other epochs delete of it. */
function inboxesFirst(sources: readonly Source[]): readonly Source[] {
  const isInbox = ({ kind, path }: Source) => kind === 'public-inbox' && epochNames(path).length > 0;
  const inboxes = sources.filter(isInbox);
  return [...inboxes, ...sources.filter((source) => !inboxes.includes(source))];
}

/** Whether a source is a folder to which another path has led before. Of loose messages and MH folders the files tell. */
function isSeenFolder(source: Source, seen: SeenFiles): boolean {
  if (source.kind !== 'maildir' && source.kind !== 'public-inbox') return false;
  const folder = statFile({ ...source, name: '' });
  return folder !== null && !seen.enter(folder);
}

function isSourceError(error: unknown): error is HayrickError {
  return error instanceof HayrickError && error.code.startsWith('SOURCE_');
}

/** What is to be read of one source. */
class SourcePlan {
  readonly source: Source;
  readonly key: number | null;
  readonly toRead: PlannedFile[] = [];
  readonly problems: SourceProblem[] = [];
  readonly #archive: string;
  readonly #comparison: SourceComparison;
  readonly #recorder: PlanRecorder;
  readonly #options: CompareOptions;

  constructor(
    archive: string,
    source: Source,
    key: number | null,
    comparison: SourceComparison,
    recorder: PlanRecorder,
    options: CompareOptions,
  ) {
    this.source = source;
    this.key = key;
    this.#archive = archive;
    this.#comparison = comparison;
    this.#recorder = recorder;
    this.#options = options;
    for (const { name, message } of comparison.problems) this.#problem(name, message);
  }

  get missing(): readonly FileRecord[] {
    return this.#comparison.missing;
  }

  /** Files that the catalog does not know under their names. */
  get unknown(): readonly string[] {
    return this.#comparison.unknown;
  }

  /**
   * Writes down what was found.
   * @param elsewhere files of other sources that may have come here
   * @param moved gets the keys of files that are under another name now
   */
  async record(elsewhere: MovedFiles, moved: Set<number>): Promise<void> {
    const { unknown, missing, grown, changed, unfinished, settled, lookedAt } = this.#comparison;
    const here = movedWithin(this.source, missing, moved);
    const grownNow = [...grown];
    const changedNow = [...changed];
    const unfinishedNow = [...unfinished];
    for (let i = 0; i < unknown.length; i += SOME) {
      const fresh: FoundFile[] = [];
      for (const name of unknown.slice(i, i + SOME)) {
        const file = this.#stat(name);
        if (file === null) continue;
        const old = here.take(file) ?? elsewhere.take(this.source, file);
        if (old === null) {
          const state = this.#stateOf(file);
          if (state !== null) fresh.push(state);
          continue;
        }
        await this.#recorder.move(old, this.key, name);
        const record = { ...old, name };
        const change = this.#changeOf(record, file);
        if (change === 'grown') grownNow.push({ record, file });
        else if (change === 'changed') changedNow.push({ record, file });
        else if (!old.complete) unfinishedNow.push(record);
      }
      await this.#put('new', fresh, () => 0);
    }
    const states = (files: readonly { readonly file: SourceFile }[]) =>
      files.flatMap(({ file }) => this.#stateOf(file) ?? []);
    const readTo = new Map(grownNow.map(({ record, file }) => [file.name, record.readTo]));
    await this.#put('grown', states(grownNow), ({ name }) => readTo.get(name) ?? 0);
    await this.#put('changed', states(changedNow), () => 0);
    for (const record of unfinishedNow) this.#plan('unfinished', record.key, record, record.readTo);
    const again = settled.map(({ record, file }) => ({ ...record, ...file, lookedAt }));
    await this.#recorder.settle(this.key, again);
  }

  /** Stamps of its folders, known once it is recorded. A file that could not be read may be readable without a trace in its folder. */
  get folders(): readonly SourceFolders[] {
    const { key } = this;
    const stamps = this.problems.length === 0 ? this.#comparison.folders : [];
    return key === null || stamps.length === 0 ? [] : [{ source: key, stamps }];
  }

  /** A message of a Maildir is the same under another name. */
  #changeOf(record: FileRecord, file: SourceFile): 'same' | 'grown' | 'changed' {
    const { full, counters } = this.#options;
    if (full) return 'changed';
    if (this.source.kind === 'maildir' && record.complete && isSettled(record)) return 'same';
    return compareFile(this.source, record, file, counters);
  }

  async #put(
    why: PlannedFile['why'],
    files: readonly FoundFile[],
    from: (file: FoundFile) => number,
  ): Promise<void> {
    const keys = await this.#recorder.put(this.key, files, why === 'changed');
    for (const [i, file] of files.entries()) this.#plan(why, keys[i] ?? 0, file, from(file));
  }

  #plan(why: PlannedFile['why'], key: number, file: FoundFile, from: number): void {
    const { kind, path } = this.source;
    const { name, compression, size } = file;
    this.toRead.push({
      file: { key, kind, path, name, compression },
      archive: this.#archive,
      size,
      from,
      why,
      history: null,
    });
  }

  #stat(name: string): SourceFile | null {
    return this.#guarded(name, () => statFile({ ...this.source, name }));
  }

  #stateOf(file: SourceFile): FoundFile | null {
    return this.#guarded(file.name, () =>
      readFileState(this.source, file, this.#comparison.lookedAt, this.#options.counters),
    );
  }

  #guarded<T>(name: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!isSourceError(error)) throw error;
      // Gone since the folder was listed: the next run sees to it.
      if (error.code !== 'SOURCE_MISSING' || name === '') this.#problem(name, error.message);
      return null;
    }
  }

  #problem(name: string, message: string): void {
    const path = name === '' ? this.source.path : `${this.source.path}/${name}`;
    this.problems.push({ archive: this.#archive, path, message });
  }
}
