import { setTimeout } from 'node:timers/promises';
import { openSite, type SettingsInput, type Site } from '@hayrick/core';
import { makeSettings, systemEnvironment } from '@hayrick/core/settings';

/**
 * Opens a site by the public interface alone, over data that outlives it.
 * @param input settings; paths relative to `directory`
 * @param log told of what the site logs
 */
export async function openSiteAt(
  input: SettingsInput,
  directory: string,
  log: (message: string) => void = () => {},
): Promise<Site> {
  const environment = systemEnvironment({ variables: {}, cwd: directory, uid: null });
  const { settings } = makeSettings(input, directory, environment);
  return openSite(settings, {
    now: Date.now,
    resolveFrom: [import.meta.url],
    log: (_, message) => log(message),
    sleep: async (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  });
}
