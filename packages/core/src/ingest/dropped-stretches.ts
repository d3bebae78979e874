import { createHash } from 'node:crypto';
import type { Catalog, DroppedStretch, PlaceFile, ScanBatch, ScannedQuarantine } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { readBytes } from '../source/index.ts';

/** A file that is being read. */
export interface ScannedFile {
  readonly archive: string;
  readonly file: Omit<PlaceFile, 'archive'>;
}

/** What tells the bytes of a stretch from others: of a repository its blob's name, else their SHA-256, in hex. Null where they cannot be read. */
export async function digestOf(
  file: ScannedFile['file'],
  stretch: Omit<ScannedQuarantine, 'reason'>,
): Promise<string | null> {
  if (stretch.object !== undefined && stretch.object !== null) return stretch.object;
  try {
    return createHash('sha256')
      .update(await readBytes(file, stretch))
      .digest('hex');
  } catch (error) {
    if (error instanceof HayrickError && error.code.startsWith('SOURCE_')) return null;
    throw error;
  }
}

/**
 * Of what was just put into quarantine the stretches that were dropped from it before: nobody is told of them again. They are read again only where
 * one of their length was dropped.
 */
export async function dropAgain(
  catalog: Catalog,
  dropped: readonly DroppedStretch[],
  batches: readonly ScanBatch[],
  fileOf: (key: number) => ScannedFile | undefined,
): Promise<void> {
  if (dropped.length === 0) return;
  for (const { file: key, quarantine } of batches) {
    const scanned = fileOf(key);
    if (scanned === undefined) continue;
    const ofArchive = dropped.filter(({ archive }) => archive === scanned.archive);
    for (const stretch of quarantine) {
      const alike = ofArchive.filter(({ length }) => length === stretch.length);
      if (alike.length === 0) continue;
      const digest = await digestOf(scanned.file, stretch);
      if (alike.some((one) => one.digest === digest)) await catalog.dropStretchAgain(key, stretch.offset);
    }
  }
}
