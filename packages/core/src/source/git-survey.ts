import { type Commit, readHistory } from './git-history.ts';
import type { Repository } from './git-process.ts';

/** A stretch of a history that one thread reads. */
export interface HistoryStretch {
  /** Its newest commit. */
  readonly tip: string;
  readonly commits: number;
  /** Ordinals of the changes in it: [from, to). */
  readonly from: number;
  readonly to: number;
  /** The repository's head when the history was surveyed. */
  readonly head: string;
  /** What was deleted later on, in this repository or the epochs behind it. */
  readonly deleted: readonly Deletion[];
}

/** Copies of a message that stand before an ordinal of a history are deleted. */
export interface Deletion {
  /** Hexadecimal name of its blob. */
  readonly object: string;
  readonly before: number;
}

/** How far a history was read before. */
export interface KnownHistory {
  readonly head: string;
  /** Changes up to that head. */
  readonly size: number;
  /** Where reading is to go on: at `size`, or before it where it came to no end. */
  readonly readTo: number;
}

export interface Survey {
  readonly head: string;
  /** Changes in the whole history. */
  readonly size: number;
  /** The known head was found in it: what was there before still is. */
  readonly grown: boolean;
  /** Of what is to be read, oldest first. */
  readonly stretches: readonly Omit<HistoryStretch, 'deleted'>[];
  /** Among what is to be read, oldest first. */
  readonly deletions: readonly Deletion[];
}

/** Changes, or commits where they change nothing that counts, of one stretch: they end at the border of a commit. */
const STRETCH_CHANGES = 1000;
const STRETCH_COMMITS = 20_000;

/**
 * Goes through the history of a repository from its newest commit, back to the one that is known or to the first. Holds some bytes a
 * thousand changes, and each deletion.
 * @param known null, or a head that is not found any more: the whole history
 * @throws HayrickError SOURCE_UNREADABLE, SOURCE_MISSING
 */
export async function surveyHistory(
  repository: Repository,
  known: KnownHistory | null,
  signal?: AbortSignal,
): Promise<Survey> {
  const survey = new OpenSurvey(repository.tip, known);
  for await (const commit of readHistory(repository, { signal })) {
    if (!survey.take(commit)) break;
  }
  return survey.whole();
}

/** Counts from the newest change, since nothing is known of the oldest until it is reached. */
class OpenSurvey {
  readonly #head: string;
  readonly #known: KnownHistory | null;
  /** Newest first: changes in front of it (newer ones), its own, its commits. */
  readonly #stretches: { tip: string; newer: number; changes: number; commits: number }[] = [];
  /** Newest first; `newer` changes stand in front of it. */
  readonly #deletions: { object: string; newer: number }[] = [];
  #changes = 0;
  /** Of the whole history, as soon as it is known. */
  #size: number | null = null;

  constructor(head: string, known: KnownHistory | null) {
    this.#head = head;
    this.#known = known;
  }

  /** False: this one and those before it are known. */
  take({ name, changes }: Commit): boolean {
    if (name === this.#known?.head) this.#size = this.#known.size + this.#changes;
    if (this.#size !== null && this.#size - this.#changes <= (this.#known?.readTo ?? 0)) return false;
    let stretch = this.#stretches.at(-1);
    if (stretch === undefined || stretch.changes >= STRETCH_CHANGES || stretch.commits >= STRETCH_COMMITS) {
      stretch = { tip: name, newer: this.#changes, changes: 0, commits: 0 };
      this.#stretches.push(stretch);
    }
    stretch.commits++;
    stretch.changes += changes.length;
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      if (change?.kind === 'delete') this.#deletions.push({ object: change.object, newer: this.#changes });
      this.#changes++;
    }
    return true;
  }

  whole(): Survey {
    const size = this.#size ?? this.#changes;
    return {
      head: this.#head,
      size,
      grown: this.#size !== null,
      stretches: this.#stretches
        .filter(({ changes }) => changes > 0)
        .map(({ tip, newer, changes, commits }) => ({
          tip,
          commits,
          from: size - newer - changes,
          to: size - newer,
          head: this.#head,
        }))
        .reverse(),
      deletions: this.#deletions.map(({ object, newer }) => ({ object, before: size - newer - 1 })).reverse(),
    };
  }
}
