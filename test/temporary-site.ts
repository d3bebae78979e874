import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedSite, type SettingsInput, type Site } from '@hayrick/core';

/** A site with a data folder of its own, by the public interface alone. */
export interface TemporarySite {
  readonly site: Site;
  /** Closes the site and deletes its data. */
  remove(): Promise<void>;
}

/** @param input settings; paths relative to `directory`; their data folder is replaced */
export async function openTemporarySite(input: SettingsInput, directory: string): Promise<TemporarySite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hayrick-site-'));
  const site = await embedSite({ ...input, dataDir }, { directory, from: import.meta.url });
  return {
    site,
    remove: async () => {
      await site.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
