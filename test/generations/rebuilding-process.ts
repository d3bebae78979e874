import type { RebuildOptions, SettingsInput } from '@hayrick/core';
import { openSiteAt } from '../site-at.ts';

/** Plain data: it goes to another process. */
interface Job {
  readonly settings: SettingsInput;
  readonly directory: string;
  readonly options: RebuildOptions;
}

// Run by a test in a process of its own, which is killed on its way: it tells how many messages it has indexed.
process.once('message', (job: Job) => void rebuild(job));

async function rebuild({ settings, directory, options }: Job): Promise<void> {
  const site = await openSiteAt(settings, directory);
  const onProgress: RebuildOptions['onProgress'] = ({ phase, messages }) => {
    if (phase === 'index') process.send?.(messages);
  };
  await site.rebuild({ ...options, onProgress });
  await site.close();
  process.disconnect();
}
