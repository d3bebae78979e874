import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { FileRecord, FoundFile } from '../catalog/file-records.ts';
import { HayrickError } from '../errors.ts';
import {
  type Deletion,
  epochNames,
  type HistoryStretch,
  readHead,
  type SeenFiles,
  type Source,
  type Survey,
  statFile,
  surveyHistory,
} from '../source/index.ts';
import { filesOf } from './compare-source.ts';
import type { PlannedFile } from './plan.ts';
import type { PlanRecorder } from './plan-recorder.ts';
import type { SourceProblem } from './report.ts';

/** What is to be read of a public-inbox, and what of it is known already. */
export interface InboxPlan {
  readonly toRead: readonly PlannedFile[];
  /** Repositories that are gone. */
  readonly missing: readonly FileRecord[];
  readonly problems: readonly SourceProblem[];
}

export interface InboxOptions {
  /** Read every repository again. */
  readonly full: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** What other paths led to before is not read again. */
  readonly seen: SeenFiles;
  readonly signal?: AbortSignal | undefined;
}

/** A repository of the inbox. */
interface Epoch {
  readonly name: string;
  readonly path: string;
  readonly head: string;
  readonly found: Omit<FoundFile, 'size' | 'tail'>;
  /** As the catalog remembers it. */
  readonly record: FileRecord | null;
  /** Of what is to be read; null where that is nothing. */
  survey: Survey | null;
  why: PlannedFile['why'];
}

/**
 * Compares the repositories of a public-inbox with the catalog by their heads. A head that is as it was costs no process; behind an old one
 * new commits are read; a history that was written anew (purged, edited) is read as a whole. Messages that new commits delete are lost at once, in
 * this repository and those before it: before the new head is written down, so that a run which is killed does so again.
 * @param key of the source in the catalog; null where it knows none of it
 */
export async function planInbox(
  catalog: Catalog,
  source: Source,
  key: number | null,
  archive: string,
  recorder: PlanRecorder,
  options: InboxOptions,
): Promise<InboxPlan> {
  const inbox = new Inbox(source, options);
  const names = epochNames(source.path);
  // The folder of a lone repository was entered by the caller.
  const present = names.length === 0 ? [''] : names.filter((name) => isMetFirst(source, name, options.seen));
  const records = key === null ? [] : await catalog.filesNamed(key, present);
  for (const [i, name] of present.entries()) await inbox.compare(name, records[i] ?? null);
  const missing: FileRecord[] = [];
  if (key !== null) {
    for await (const record of filesOf(catalog, key, ''))
      if (!present.includes(record.name)) missing.push(record);
  }
  await inbox.restore(missing);
  for (const [file, deletions] of inbox.losses()) await recorder.lose(file, deletions);
  const toRead: PlannedFile[] = [];
  for (const epoch of inbox.toRead) {
    const history = await inbox.stretches(epoch);
    if (history === null) continue;
    const { survey, why, record, found } = epoch;
    const file = { ...found, size: survey.size, tail: tailOf(epoch, survey) };
    const known = why === 'unfinished' && record !== null ? [record.key] : null;
    const [fileKey = 0] = known ?? (await recorder.put(key, [file], why === 'changed'));
    const { kind, path } = source;
    toRead.push({
      file: { key: fileKey, kind, path, name: epoch.name, compression: 'none' },
      archive,
      size: survey.size,
      from: readFrom(epoch),
      why,
      history,
    });
  }
  const problems = inbox.problems.map(({ name, message }) => ({
    archive,
    path: name === '' ? source.path : `${source.path}/${name}`,
    message,
  }));
  return { toRead, missing, problems };
}

class Inbox {
  readonly problems: { name: string; message: string }[] = [];
  /** By number. */
  readonly #epochs: Epoch[] = [];
  /** What each repository deletes in its whole history, where that had to be learnt. */
  readonly #deletions = new Map<string, readonly Deletion[]>();
  readonly #source: Source;
  readonly #options: InboxOptions;
  readonly #lookedAt: number;

  constructor(source: Source, options: InboxOptions) {
    this.#source = source;
    this.#options = options;
    this.#lookedAt = options.now();
  }

  get toRead(): readonly (Epoch & { readonly survey: Survey })[] {
    return this.#epochs.flatMap((epoch) =>
      epoch.survey === null ? [] : [{ ...epoch, survey: epoch.survey }],
    );
  }

  async compare(name: string, record: FileRecord | null): Promise<void> {
    const { full, signal } = this.#options;
    await this.#guarded(name, async () => {
      const path = name === '' ? this.#source.path : `${this.#source.path}/${name}`;
      const stat = statFile({ ...this.#source, name });
      const head = readHead(path);
      if (stat === null || (head === null && record === null)) return;

      if (head === null) {
        const text = `${path} has no branch any more, which held mail. Restore it, or take the folder away.`;
        throw new HayrickError('SOURCE_UNREADABLE', text);
      }
      const { inode, device } = stat;
      const found = {
        name,
        inode,
        device,
        mtimeNs: 0n,
        compression: 'none',
        lookedAt: this.#lookedAt,
      } as const;
      const epoch: Epoch = { name, path, head, found, record, survey: null, why: 'new' };
      if (record === null || full || headOf(record) !== head || !record.complete) {
        const known = record === null || full ? null : knownOf(record);
        epoch.survey = await surveyHistory({ path, tip: head }, known, signal);
        if (record !== null) {
          const grown = known?.head === head ? 'unfinished' : 'grown';
          epoch.why = epoch.survey.grown ? grown : 'changed';
        }
      }
      this.#epochs.push(epoch);
    });
  }

  /**
   * What a repository no longer deletes is there again in those before it: they are read anew. That is rare; most histories that are written anew delete
   * what they did before.
   */
  async restore(missing: readonly FileRecord[]): Promise<void> {
    const stopped = [
      ...missing.filter((record) => chainOf(record) !== '').map(({ name }) => numberOf(name)),
      ...this.#epochs.filter(isDeletingLess).map(({ name }) => numberOf(name)),
    ];
    const last = Math.max(-1, ...stopped);
    for (const epoch of this.#epochs) {
      if (epoch.record === null || numberOf(epoch.name) >= last) continue;
      if (epoch.survey !== null && !epoch.survey.grown) continue;
      await this.#guarded(epoch.name, async () => {
        epoch.survey = await surveyHistory({ path: epoch.path, tip: epoch.head }, null, this.#options.signal);
        epoch.why = 'changed';
      });
    }
  }

  /** What is known and deleted now, by file: it is not read again. */
  *losses(): Generator<[file: number, deletions: readonly Deletion[]]> {
    for (const [i, { record, survey }] of this.#epochs.entries()) {
      // What is read as a whole loses by itself what is not seen again.
      if (record === null || (survey !== null && !survey.grown)) continue;
      const later = this.#epochs.slice(i + 1).flatMap((epoch) => forEarlier(epoch.survey?.deletions ?? []));
      const all = [...(survey?.deletions ?? []), ...later];
      if (all.length > 0) yield [record.key, all];
    }
  }

  /** Null where it cannot be said what of it is deleted. */
  async stretches(epoch: Epoch & { readonly survey: Survey }): Promise<readonly HistoryStretch[] | null> {
    const deleted: Deletion[] = [...epoch.survey.deletions];
    const after = this.#epochs.findIndex(({ name }) => name === epoch.name) + 1;
    const known = await this.#guarded(epoch.name, async () => {
      for (const later of this.#epochs.slice(after))
        deleted.push(...forEarlier(await this.#allDeletions(later)));
    });
    if (!known) return null;
    const { stretches, size, head } = epoch.survey;
    if (stretches.length > 0) return stretches.map((stretch) => ({ ...stretch, deleted }));
    return [{ tip: head, commits: 0, from: size, to: size, head, deleted: [] }];
  }

  async #allDeletions({ name, path, head, survey, record }: Epoch): Promise<readonly Deletion[]> {
    const whole = survey !== null && !survey.grown;
    if (whole || record === null || chainOf(record) === '') return survey?.deletions ?? [];
    const known = this.#deletions.get(name);
    if (known !== undefined) return known;
    const { deletions } = await surveyHistory({ path, tip: head }, null, this.#options.signal);
    this.#deletions.set(name, deletions);
    return deletions;
  }

  async #guarded(name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof HayrickError) || !error.code.startsWith('SOURCE_')) throw error;
      this.problems.push({ name, message: error.message });
      return false;
    }
  }
}

/** Not as part of another inbox, to which several paths may lead. */
function isMetFirst(source: Source, name: string, seen: SeenFiles): boolean {
  const folder = statFile({ ...source, name });
  return folder !== null && seen.enter(folder);
}

/** All that stands in earlier repositories stands before it. */
function forEarlier(deletions: readonly Deletion[]): readonly Deletion[] {
  return deletions.map(({ object }) => ({ object, before: Number.POSITIVE_INFINITY }));
}

/** It was written anew, and what it deletes is not what it deleted. */
function isDeletingLess(epoch: Epoch): boolean {
  const { survey, record } = epoch;
  if (survey === null || survey.grown || record === null) return false;
  const before = chainOf(record);
  return before !== '' && before !== chainOfSurvey('', 0, survey);
}

/** Ordinals are read from here. */
function readFrom({ survey, record }: Epoch): number {
  return survey?.grown !== true || record === null ? 0 : knownOf(record).readTo;
}

function knownOf(record: FileRecord): {
  readonly head: string;
  readonly size: number;
  readonly readTo: number;
} {
  const { size, complete, readTo } = record;
  return { head: headOf(record), size, readTo: complete ? size : Math.min(readTo, size) };
}

/** What the catalog remembers as a repository's tail: its head, and a hash of all that its history deletes, in order. */
function tailOf({ head, record }: Epoch, survey: Survey): string {
  const known = survey.grown && record !== null ? record : null;
  const chain = chainOfSurvey(known === null ? '' : chainOf(known), known?.size ?? 0, survey);
  return `${head} ${chain}`;
}

/** @param from deletions from this ordinal on are not in `chain` yet */
function chainOfSurvey(chain: string, from: number, { deletions }: Survey): string {
  return deletions
    .filter(({ before }) => before >= from)
    .reduce((sum, { object }) => createHash('sha256').update(`${sum} ${object}`).digest('hex'), chain);
}

function headOf({ tail }: FileRecord): string {
  return tail.split(' ', 1)[0] ?? '';
}

function chainOf({ tail }: FileRecord): string {
  return tail.split(' ')[1] ?? '';
}

function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf('/') + 1), 10) || 0;
}
