import { setTimeout } from 'node:timers/promises';
import type { OwnFieldsOf } from '../query-set/index.ts';
import { systemEnvironment } from '../settings/environment.ts';
import { makeSettings } from '../settings/load.ts';
import type { SettingsInput } from '../settings/settings.ts';
import { openSite } from './open-site.ts';
import type { Ambient, Site } from './site.ts';

export interface EmbedOptions {
  /** Absolute; what relative paths of the settings are relative to. */
  readonly directory: string;
  /** `import.meta.url` of the program: engine packages are looked for from there. */
  readonly from: string;
  /** For `{ env: 'NAME' }` in the settings; default none. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: nothing is logged. */
  readonly log?: Ambient['log'] | undefined;
  /** Unix milliseconds; default the system's clock. */
  readonly now?: (() => number) | undefined;
  /** How an outage is waited for; default a timer. */
  readonly sleep?: Ambient['sleep'] | undefined;
}

/**
 * Opens a site for a program that brings its settings itself: no settings file is looked for. To be closed when done.
 * @throws HayrickError SETTINGS_INVALID, which lists all problems at once
 */
export async function embedSite<const S extends SettingsInput>(
  input: S,
  options: EmbedOptions,
): Promise<Site<OwnFieldsOf<S>>> {
  const { directory, from, variables = {}, log = () => undefined, now = Date.now, sleep = wait } = options;
  const environment = systemEnvironment({ variables, cwd: directory, uid: null });
  const { settings } = makeSettings(input, directory, environment);
  return openSite(settings, { now, log, sleep, resolveFrom: [from] });
}

async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal });
}
