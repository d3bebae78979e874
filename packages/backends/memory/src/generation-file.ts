import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HayrickError, replaceFile } from '@hayrick/core/backend';
import { damaged, isMissing } from './failures.ts';

/** Raised with every change of a file's form. */
export const FORMAT = 2;

/** How far a generation had come: the log's seq, the batches written, the documents it holds. */
export interface Progress {
  readonly applied: number;
  readonly writes: number;
  readonly documents: number;
}

/**
 * The file `generation.json`: what a generation consists of. Documents are those of the snapshot of this epoch, with the changes of the
 * journal of this epoch applied. Folding the journal into a new snapshot begins the next epoch.
 */
export interface GenerationFile {
  readonly format: number;
  readonly epoch: number;
  readonly fingerprint: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** Text fields, in the order of their numbers. */
  readonly fields: readonly string[];
  /** The bulk build has ended. */
  readonly finished: boolean;
  /** Null before the first snapshot: the journal has everything. */
  readonly snapshot: SnapshotFile | null;
}

export interface SnapshotFile extends Progress {
  /** Bytes of each piece. */
  readonly pieces: Readonly<Record<string, number>>;
}

export const GENERATION_FILE = 'generation.json';

function generationFilePath(folder: string): string {
  return join(folder, GENERATION_FILE);
}

export function journalPath(folder: string, epoch: number): string {
  return join(folder, `journal-${epoch}`);
}

export function snapshotPath(folder: string, epoch: number): string {
  return join(folder, `snapshot-${epoch}`);
}

export function writeGenerationFile(folder: string, file: GenerationFile): void {
  replaceFile(generationFilePath(folder), `${JSON.stringify(file)}\n`);
}

/**
 * What the folder holds now; null where there is no such generation (any more).
 * @throws HayrickError INDEX_DAMAGED, INDEX_TOO_NEW; REBUILD_NEEDED for one of an older format
 */
export function readGenerationFile(folder: string): GenerationFile | null {
  const file = readAnyGenerationFile(folder);
  const outdated = file === null ? null : olderFormat(folder, file);
  if (outdated !== null) throw outdated;
  return file;
}

/** What is wrong with a file of an older format; null: nothing. */
export function olderFormat(folder: string, { format }: GenerationFile): HayrickError | null {
  if (format >= FORMAT) return null;
  return new HayrickError(
    'REBUILD_NEEDED',
    `The index ${folder} was written by an older Hayrick (its format is ${format}, this one knows ${FORMAT}). Run rebuild_index: it builds a new one beside it.`,
  );
}

/** The same, whatever older format it has: only what all formats say is to be relied upon. */
export function readAnyGenerationFile(folder: string): GenerationFile | null {
  const path = generationFilePath(folder);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const file = parse(path, text);
  if (file.format > FORMAT) {
    throw new HayrickError(
      'INDEX_TOO_NEW',
      `The index ${folder} was written by a newer Hayrick (its format is ${file.format}, this one knows ${FORMAT}). Use that version, or run rebuild_index with another dataDir.`,
    );
  }
  return file;
}

function parse(path: string, text: string): GenerationFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'it is no JSON', cause);
  }
  const known = typeof value === 'object' && value !== null && 'format' in value && 'epoch' in value;
  if (!known) throw damaged(path, 'it does not tell its format');
  return value as GenerationFile;
}
