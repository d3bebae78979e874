import type { GenerationInfo } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import type { OpenConnection } from './generations.ts';
import type { SiteLocks } from './site-locks.ts';

/** From which generation a connection goes to which. */
export interface Rollback {
  readonly connection: string;
  /** Null: nothing is live. */
  readonly from: GenerationInfo | null;
  readonly to: GenerationInfo;
}

export interface RollbackOptions {
  /** The generation that is wanted; undefined: the newest kept one that is older than the live one. */
  readonly to: string | undefined;
  /** Why a generation cannot answer today's queries; null: it can. */
  readonly unusable: (generation: GenerationInfo) => string | null;
}

/**
 * Which generation a connection would go back to. Nothing is changed.
 * @throws HayrickError GENERATION_NONE, REBUILD_NEEDED
 */
export async function planRollback(
  { settings: { name }, backend }: OpenConnection,
  { to, unusable }: RollbackOptions,
): Promise<Rollback> {
  const all = await backend.generations();
  const from = all.find((g) => g.state === 'live') ?? null;
  const kept = all.filter((g) => g.state === 'kept');
  const older = from === null ? kept : kept.filter((g) => all.indexOf(g) < all.indexOf(from));
  const wanted = to === undefined ? older.at(-1) : kept.find((g) => g.name === to);
  if (wanted === undefined) throw noneToGoTo(name, { from, kept, to });
  const why = unusable(wanted);
  if (why === null) return { connection: name, from, to: wanted };
  throw new HayrickError(
    'REBUILD_NEEDED',
    `Generation ${wanted.name} of connection "${name}" ${why}, so nothing was changed. With the settings and the program that it was built with it can be gone back to.`,
  );
}

/**
 * Makes it the live one.
 * @throws HayrickError GENERATION_NONE where it was dropped meanwhile
 */
export async function rollBack(
  { settings: { name }, backend }: OpenConnection,
  { to }: Rollback,
  locks: SiteLocks,
): Promise<void> {
  await locks.swapping(name, () => backend.swap(to.name));
}

function noneToGoTo(
  connection: string,
  found: {
    readonly from: GenerationInfo | null;
    readonly kept: readonly GenerationInfo[];
    readonly to: string | undefined;
  },
): HayrickError {
  const { from, kept, to } = found;
  const names = kept.map((g) => g.name);
  const there =
    names.length === 0
      ? 'It keeps no other generation: rebuild_index --keep N says how many stay.'
      : `It keeps ${names.join(', ')}: name one with --to.`;
  if (to === undefined) {
    const live = from === null ? '' : ` that is older than its live one, ${from.name}`;
    return new HayrickError(
      'GENERATION_NONE',
      `Connection "${connection}" has no generation${live}. ${there} Nothing was changed.`,
    );
  }
  if (to === from?.name) {
    return new HayrickError(
      'GENERATION_NONE',
      `Generation ${to} of connection "${connection}" is live already.`,
    );
  }
  return new HayrickError(
    'GENERATION_NONE',
    `Connection "${connection}" keeps no generation "${to}". ${there} Nothing was changed.`,
  );
}
