import type { Catalog } from '../catalog/catalog.ts';
import type { Settings } from '../settings/settings.ts';

/** The name under which the catalog remembers the archives whose patches were indexed. */
const NOTE = 'patches';

/** Archives whose messages have the fields of patches, sorted. */
export function patchedArchives({ archives }: Pick<Settings, 'archives'>): readonly string[] {
  return Object.values(archives)
    .flatMap(({ name, patches }) => (patches ? [name] : []))
    .sort();
}

/** An archive whose setting `patches` was changed goes into the log anew, so that each connection gets its messages as they are now to be indexed. */
export async function followPatches(catalog: Catalog, settings: Settings): Promise<void> {
  const now = patchedArchives(settings);
  const note = await catalog.note(NOTE);
  const before: readonly string[] = note === null ? [] : (JSON.parse(note) as string[]);
  const changed = [...new Set(now).symmetricDifference(new Set(before))];
  if (changed.length === 0) return;
  await catalog.touch(changed.filter((archive) => settings.archives[archive] !== undefined));
  await catalog.setNote(NOTE, JSON.stringify(now));
}
