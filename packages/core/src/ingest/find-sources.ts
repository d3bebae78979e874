import { resolve } from 'node:path';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import { type LookAtFile, recognise, type Source } from '../source/index.ts';
import type { SourceProblem } from './report.ts';

export interface FoundSources {
  readonly sources: readonly Source[];
  readonly problems: readonly SourceProblem[];
  /** Paths below which nothing could be seen: what lies there is not gone. */
  readonly blind: readonly string[];
}

/** The sources at the paths of an archive. A path at which nothing is found at all is a problem: it may be a disk that is not mounted. */
export async function findSources(archive: ArchiveSettings, look: LookAtFile): Promise<FoundSources> {
  const { name } = archive;
  const sources = new Map<string, Source>();
  const problems: SourceProblem[] = [];
  const blind: string[] = [];
  const kind = archive.kind ?? undefined;
  for (const path of archive.paths) {
    try {
      const found = await recognise(path, kind, look);
      for (const source of found.sources) sources.set(`${source.kind} ${source.path}`, source);
      for (const { path: ignored, code, reason } of found.ignored) {
        const passedOver = code === 'SOURCE_UNKNOWN_KIND';
        problems.push({ archive: name, path: ignored, message: reason, passedOver });
        if (!passedOver) blind.push(ignored);
      }
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
      problems.push({ archive: name, path, message: error.message });
      blind.push(resolve(path));
    }
  }
  return { sources: [...sources.values()], problems, blind };
}

/** Whether a source was found, or would be found, at a path of the settings. Of a pattern its fixed beginning decides. */
export function covers(path: string, source: string): boolean {
  const wild = path.search(/[*?[{]/);
  if (source === path || source.startsWith(`${path}/`)) return true;
  return wild !== -1 && source.startsWith(path.slice(0, path.lastIndexOf('/', wild) + 1));
}
