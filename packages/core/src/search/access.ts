import type { Access } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';

/**
 * What one who asks may read, from the settings as they are now. `all`: every archive of the settings; `public`: the public ones;
 * else a name in some archive's `readers`, who may read those and the public ones. An archive gone from the settings is readable by nobody.
 * @throws HayrickError READER_UNKNOWN
 */
export function accessOf(settings: Settings, who: string): Access {
  const archives = Object.values(settings.archives);
  if (who !== 'all' && who !== 'public' && !archives.some((a) => a.readers.includes(who))) {
    const known = ['all', 'public', ...archives.flatMap((a) => a.readers)];
    throw new HayrickError(
      'READER_UNKNOWN',
      `Nobody named "${who}" stands in any archive's readers.${didYouMean(who, known)} Use all, public, or such a name.`,
    );
  }
  const readable = archives.filter((a) => who === 'all' || a.access === 'public' || a.readers.includes(who));
  return { archives: readable.map((a) => a.name).sort() };
}

/** The readable archives of that name; what may not be read is answered like what does not exist. */
export function chooseArchives(
  settings: Settings,
  access: Access,
  names: readonly string[],
): readonly ArchiveSettings[] {
  return names.map((name) => {
    const archive = access.archives.includes(name) ? settings.archives[name] : undefined;
    if (archive === undefined) {
      throw new HayrickError(
        'ARCHIVE_UNKNOWN',
        `There is no archive "${name}".${didYouMean(name, access.archives)} Archives stand in the settings.`,
      );
    }
    return archive;
  });
}
