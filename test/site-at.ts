import { type Ambient, embedSite, type SettingsInput, type Site } from '@hayrick/core';

interface Around {
  /** Told of what the site logs. */
  readonly log?: (message: string) => void;
  readonly sleep?: Ambient['sleep'];
}

/**
 * Opens a site by the public interface alone, over data that outlives it.
 * @param input settings; paths relative to `directory`
 */
export function openSiteAt(input: SettingsInput, directory: string, around: Around = {}): Promise<Site> {
  const { log = () => {}, sleep } = around;
  const options = { directory, from: import.meta.url, log: (_: string, message: string) => log(message) };
  return embedSite(input, sleep === undefined ? options : { ...options, sleep });
}
