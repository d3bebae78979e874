import { type Ambient, embedSite, type SettingsInput, type Site } from '@hayrick/core';

interface Around {
  /** Told of what the site logs. */
  readonly log?: (message: string) => void;
  readonly sleep?: Ambient['sleep'];
  /** Unix milliseconds. */
  readonly now?: Ambient['now'];
}

/**
 * Opens a site by the public interface alone, over data that outlives it.
 * @param input settings; paths relative to `directory`
 */
export function openSiteAt(input: SettingsInput, directory: string, around: Around = {}): Promise<Site> {
  const { log = () => {}, sleep, now } = around;
  const from = import.meta.url;
  return embedSite(input, { directory, from, sleep, now, log: (_: string, message: string) => log(message) });
}
