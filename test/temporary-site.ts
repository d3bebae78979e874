import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openSite, type SettingsInput, type Site } from '@hayrick/core';
import { makeSettings, systemEnvironment } from '@hayrick/core/settings';

/** A site with a data folder of its own, by the public interface alone. */
export interface TemporarySite {
  readonly site: Site;
  /** Closes the site and deletes its data. */
  remove(): Promise<void>;
}

/** @param input settings; paths relative to `directory`; their data folder is replaced */
export async function openTemporarySite(input: SettingsInput, directory: string): Promise<TemporarySite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hayrick-site-'));
  const environment = systemEnvironment({ variables: {}, cwd: directory, uid: null });
  const { settings } = makeSettings({ ...input, dataDir }, directory, environment);
  const site = await openSite(settings, {
    now: Date.now,
    resolveFrom: [import.meta.url],
    log: () => {},
    sleep: async (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  });
  return {
    site,
    remove: async () => {
      await site.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
