import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  FILE_MODE,
  type GenerationFolders,
  type GenerationInfo,
  generationFolders,
  generationNone,
  HayrickError,
  syncToDisk,
} from '@hayrick/core/backend';
import { damaged, isMissing } from './failures.ts';
import {
  FORMAT,
  GENERATION_FILE,
  type GenerationFile,
  journalPath,
  olderFormat,
  type Progress,
  readAnyGenerationFile,
  readGenerationFile,
  snapshotPath,
  writeGenerationFile,
} from './generation-file.ts';
import { lastProgress } from './journal-frames.ts';

export interface Standing {
  readonly file: GenerationFile;
  readonly progress: Progress;
}

/** A folder each, with a file that says what the generation consists of. */
export function foldersIn(directory: string): GenerationFolders {
  return generationFolders(directory, GENERATION_FILE);
}

/** Makes the folder of a new, empty generation; answers its name. */
export function createGeneration(
  directory: string,
  options: { readonly fingerprint: string; readonly fields: readonly string[]; readonly now: number },
): string {
  const { fingerprint, fields, now } = options;
  const folders = foldersIn(directory);
  const generation = folders.create();
  const folder = folders.path(generation);
  closeSync(openSync(journalPath(folder, 0), 'wx', FILE_MODE));
  const file = { epoch: 0, fingerprint, createdAt: now, fields, finished: false, snapshot: null };
  writeGenerationFile(folder, { format: FORMAT, ...file });
  syncToDisk(directory);
  return generation;
}

/**
 * All generations by age. One that cannot be read is told as it stands, so that the others can be used and it can be replaced: a torn
 * one as being built, a damaged live one without a fingerprint.
 */
export function describeGenerations(directory: string): GenerationInfo[] {
  const folders = foldersIn(directory);
  const live = folders.current();
  return folders.list().flatMap((name) => {
    try {
      return [describeGeneration(directory, name, live)];
    } catch (error) {
      const code = error instanceof HayrickError ? error.code : null;
      // Dropped by another process while we looked.
      if (code === 'GENERATION_NONE' || isMissing(error)) return [];
      if (!(error instanceof HayrickError) || code !== 'INDEX_DAMAGED') throw error;
      return [
        {
          name,
          state: name === live ? 'live' : 'building',
          documents: 0,
          applied: 0,
          bytes: bytesBelow(join(directory, name)),
          fingerprint: '',
          createdAt: 0,
          notes: [error.message],
        },
      ];
    }
  });
}

function describeGeneration(directory: string, name: string, live: string | null): GenerationInfo {
  const older = describeOlder(directory, name, live);
  if (older !== null) return older;
  const { file, progress } = readStanding(directory, name);
  return {
    name,
    state: name === live ? 'live' : file.finished ? 'kept' : 'building',
    documents: progress.documents,
    applied: progress.applied,
    bytes: bytesBelow(join(directory, name)),
    fingerprint: file.fingerprint,
    createdAt: file.createdAt,
    notes: [],
  };
}

/** One of an older format, which only a rebuild replaces; null for others. */
function describeOlder(directory: string, name: string, live: string | null): GenerationInfo | null {
  const folder = join(directory, name);
  const file = readAnyGenerationFile(folder);
  const outdated = file === null ? null : olderFormat(folder, file);
  if (file === null || outdated === null) return null;
  return {
    name,
    state: name === live ? 'live' : file.finished ? 'kept' : 'building',
    documents: file.snapshot?.documents ?? 0,
    applied: file.snapshot?.applied ?? 0,
    bytes: bytesBelow(folder),
    fingerprint: '',
    createdAt: file.createdAt,
    notes: [outdated.message],
  };
}

/**
 * What a generation consists of and how far it has come. Reads no document: the generation's file and the heads of its journal say enough.
 * @throws HayrickError GENERATION_NONE, INDEX_DAMAGED, INDEX_TOO_NEW
 */
export function readStanding(directory: string, name: string): Standing {
  const folder = join(directory, name);
  const file = foldersIn(directory).has(name) ? readGenerationFile(folder) : null;
  if (file === null) throw generationNone(directory, name);
  try {
    checkPieces(folder, file);
    return { file, progress: readProgress(folder, file) };
  } catch (error) {
    // Another process folds the journal: the files looked for went with their epoch.
    if (readGenerationFile(folder)?.epoch !== file.epoch) return readStanding(directory, name);
    throw error;
  }
}

function readProgress(folder: string, { epoch, snapshot }: GenerationFile): Progress {
  const start = snapshot ?? { documents: 0, applied: 0, writes: 0 };
  return lastProgress(journalPath(folder, epoch)) ?? start;
}

function checkPieces(folder: string, { epoch, snapshot }: GenerationFile): void {
  for (const [piece, bytes] of Object.entries(snapshot?.pieces ?? {})) {
    const path = join(snapshotPath(folder, epoch), piece);
    const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: null };
    if (size !== bytes) throw damaged(path, size === null ? 'it is gone' : 'its length is wrong');
  }
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
