import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FILE_MODE, FOLDER_MODE, syncToDisk } from '@hayrick/core/backend';
import { translating } from './failures.ts';
import {
  type GenerationFile,
  journalPath,
  type Progress,
  readGenerationFile,
  snapshotPath,
  writeGenerationFile,
} from './generation-file.ts';
import type { MemoryIndex } from './memory-index.ts';
import { writePiece } from './piece.ts';
import { PIECES } from './snapshot-form.ts';
import { encodeSnapshot } from './snapshot-writer.ts';

/**
 * Writes an index as the snapshot of a new epoch, whose journal is empty, and switches over: whoever opens the generation finds either
 * the old epoch or the new one. The index must not be written meanwhile. Answers what the generation's file says now.
 */
export async function foldGeneration(
  folder: string,
  file: GenerationFile,
  index: MemoryIndex,
  progress: Progress,
): Promise<GenerationFile> {
  removeOthers(folder, file.epoch);
  try {
    const folded = await writeEpoch(folder, file, index, progress);
    removeOthers(folder, folded.epoch);
    return folded;
  } catch (error) {
    // Where the disk is full, half a snapshot is in the way.
    if (readGenerationFile(folder)?.epoch === file.epoch) removeOthers(folder, file.epoch);
    throw error;
  }
}

async function writeEpoch(
  folder: string,
  file: GenerationFile,
  index: MemoryIndex,
  progress: Progress,
): Promise<GenerationFile> {
  const epoch = file.epoch + 1;
  const snapshot = snapshotPath(folder, epoch);
  return translating(snapshot, async () => {
    mkdirSync(snapshot, { mode: FOLDER_MODE });
    const blocks = encodeSnapshot(index);
    const pieces: Record<string, number> = {};
    for (const piece of PIECES) pieces[piece] = await writePiece(join(snapshot, piece), blocks[piece]);
    syncToDisk(snapshot);
    closeSync(openSync(journalPath(folder, epoch), 'wx', FILE_MODE));
    syncToDisk(folder);
    const folded = { ...file, epoch, finished: true, snapshot: { ...progress, pieces } };
    writeGenerationFile(folder, folded);
    return folded;
  });
}

/** Removes snapshots and journals of other epochs: folded ones, and those of a fold that was killed or failed. */
function removeOthers(folder: string, epoch: number): void {
  for (const name of readdirSync(folder)) {
    const of = /^(?:snapshot|journal)-(\d+)$/.exec(name)?.[1];
    if (of !== undefined && Number(of) !== epoch)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}
