import type { Catalog } from '../catalog/catalog.ts';
import type { FileRecord, FoundFile } from '../catalog/file-records.ts';
import type { Deletion, Source } from '../source/index.ts';

/** Who writes down what a plan finds. */
export interface PlanRecorder {
  /** The catalog's key of a source; null where it has none and is given none. */
  source(archive: string, source: Source): Promise<number | null>;
  /** Answers keys; `restart`: what was read of the files no longer counts. */
  put(source: number | null, files: readonly FoundFile[], restart: boolean): Promise<readonly number[]>;
  /** What the history of a repository deletes of what was read of it. */
  lose(file: number, deletions: readonly Deletion[]): Promise<void>;
  move(file: FileRecord, source: number | null, name: string): Promise<void>;
  settle(source: number | null, files: readonly FoundFile[]): Promise<void>;
}

/** Writes it into the catalog. */
export function recordingPlan(catalog: Catalog): PlanRecorder {
  return {
    source: async (archive, { kind, path }) => (await catalog.source(archive, kind, path)).key,
    async put(source, files, restart) {
      return source === null || files.length === 0 ? [] : catalog.putFiles(source, files, { restart });
    },
    lose: (file, deletions) => catalog.loseDeleted(file, deletions),
    async move({ key }, source, name) {
      if (source !== null) await catalog.moveFile(key, source, name);
    },
    async settle(source, files) {
      if (source !== null && files.length > 0) await catalog.settleFiles(source, files);
    },
  };
}

/** Writes nothing. */
export function unrecordedPlan(catalog: Catalog): PlanRecorder {
  return {
    async source(archive, { kind, path }) {
      const known = (await catalog.sources()).find(
        (s) => s.archive === archive && s.kind === kind && s.path === path,
      );
      return known?.key ?? null;
    },
    put: async () => [],
    lose: async () => undefined,
    move: async () => undefined,
    settle: async () => undefined,
  };
}
