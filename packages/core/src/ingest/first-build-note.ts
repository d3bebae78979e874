import type { Catalog } from '../catalog/catalog.ts';

/** What the next run must know of a first build, in which mail is indexed while it is recorded, to go on with it. */
export interface FirstBuildNote {
  /** By connection. */
  readonly generations: Readonly<Record<string, string>>;
  /** The digest of the file that says which numbers messages are given. */
  readonly places: string;
  /** Of the settings that documents depend on. */
  readonly settings: string;
}

/** The name under which the catalog remembers it. */
const NOTE = 'first build';

export async function readFirstBuild(catalog: Pick<Catalog, 'note'>): Promise<FirstBuildNote | null> {
  const text = await catalog.note(NOTE);
  return text === null || text === '' ? null : (JSON.parse(text) as FirstBuildNote);
}

export async function writeFirstBuild(
  catalog: Pick<Catalog, 'setNote'>,
  note: FirstBuildNote,
): Promise<void> {
  await catalog.setNote(NOTE, JSON.stringify(note));
}

/** Messages may no longer lie where they lay: numbers that were given to places are worth nothing. */
export async function forgetFirstBuild(catalog: Pick<Catalog, 'note' | 'setNote'>): Promise<void> {
  if ((await readFirstBuild(catalog)) !== null) await catalog.setNote(NOTE, '');
}
