import { embedSite, type SettingsInput, type Site } from '@hayrick/core';

/**
 * Opens a site by the public interface alone, over data that outlives it.
 * @param input settings; paths relative to `directory`
 * @param log told of what the site logs
 */
export function openSiteAt(
  input: SettingsInput,
  directory: string,
  log: (message: string) => void = () => {},
): Promise<Site> {
  return embedSite(input, { directory, from: import.meta.url, log: (_, message) => log(message) });
}
