import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type GenerationInfo, HayrickError } from '@hayrick/core/backend';
import { FILE_MODE, FOLDER_MODE, replaceFile, syncFolder } from './durable-files.ts';
import { damaged, generationNone, isMissing } from './failures.ts';
import {
  FORMAT,
  type GenerationFile,
  generationFilePath,
  journalPath,
  type Progress,
  readGenerationFile,
  snapshotPath,
  writeGenerationFile,
} from './generation-file.ts';
import { lastProgress } from './journal-frames.ts';

/** Generations are folders g1, g2, …; the file CURRENT names the live one, the file LAST holds the highest number that was ever given. */
const NAME = /^g(\d+)$/;
/** Of folders on their way out. */
const DROPPED = 'dropped-';

export interface Standing {
  readonly file: GenerationFile;
  readonly progress: Progress;
}

export function readCurrent(directory: string): string | null {
  const path = join(directory, 'CURRENT');
  if (!existsSync(path)) return null;
  const name = readFileSync(path, 'utf8').trim();
  return isGeneration(directory, name) ? name : null;
}

/** Switches readers over. */
export function writeCurrent(directory: string, generation: string): void {
  replaceFile(join(directory, 'CURRENT'), `${generation}\n`);
}

/** @throws HayrickError GENERATION_NONE for a name that no generation has */
export function requireGeneration(directory: string, generation: string): void {
  if (!isGeneration(directory, generation)) throw generationNone(directory, generation);
}

/** Makes the folder of a new, empty generation; answers its name. What a killed drop left behind goes. */
export function createGeneration(
  directory: string,
  options: { readonly fingerprint: string; readonly fields: readonly string[]; readonly now: number },
): string {
  const { fingerprint, fields, now } = options;
  mkdirSync(directory, { recursive: true, mode: FOLDER_MODE });
  const folders = readdirSync(directory);
  const torn = folders.filter((name) => name.startsWith(DROPPED));
  for (const name of torn) rmSync(join(directory, name), { recursive: true, force: true });
  const number = Math.max(lastNumber(directory), ...folders.map(numberOf)) + 1;
  // Before the folder: a number is given once, whatever becomes of it.
  replaceFile(join(directory, 'LAST'), `${number}\n`);
  const generation = `g${number}`;
  const folder = join(directory, generation);
  mkdirSync(folder, { mode: FOLDER_MODE });
  closeSync(openSync(journalPath(folder, 0), 'wx', FILE_MODE));
  const file = { epoch: 0, fingerprint, createdAt: now, fields, finished: false, snapshot: null };
  writeGenerationFile(folder, { format: FORMAT, ...file });
  syncFolder(directory);
  return generation;
}

/** Renamed first: half a generation must not be taken for one. */
export function dropGeneration(directory: string, generation: string): void {
  const aside = join(directory, `${DROPPED}${generation}`);
  renameSync(join(directory, generation), aside);
  rmSync(aside, { recursive: true, force: true });
}

/**
 * All generations by age. One that cannot be read is told as it stands, so that the others can be used and it can be replaced: a torn
 * one as being built, a damaged live one without a fingerprint.
 */
export function describeGenerations(directory: string): GenerationInfo[] {
  const live = readCurrent(directory);
  return listGenerations(directory).flatMap((name) => {
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

/**
 * What a generation consists of and how far it has come. Reads no document: the generation's file and the heads of its journal say enough.
 * @throws HayrickError GENERATION_NONE, INDEX_DAMAGED, INDEX_TOO_NEW
 */
export function readStanding(directory: string, name: string): Standing {
  const folder = join(directory, name);
  const file = isGeneration(directory, name) ? readGenerationFile(folder) : null;
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

function listGenerations(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => isGeneration(directory, name))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

function isGeneration(directory: string, name: string): boolean {
  return NAME.test(name) && existsSync(generationFilePath(join(directory, name)));
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function lastNumber(directory: string): number {
  const path = join(directory, 'LAST');
  const number = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  return Number.isSafeInteger(number) ? number : 0;
}

function numberOf(generation: string): number {
  return Number(NAME.exec(generation)?.[1] ?? 0);
}
