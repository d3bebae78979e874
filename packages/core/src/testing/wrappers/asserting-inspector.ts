import type { Damage, GenerationInspector, StoredDocument } from '../../backend/index.ts';
import { answered, isCount, isId, passed } from './breach.ts';
import { Watch } from './watch.ts';

/** Holds one inspector to the contract, and those who call it. */
export function assertingInspector(inspector: GenerationInspector, around: Watch): GenerationInspector {
  const watch = new Watch(`the inspector of ${inspector.generation}`, around);
  const compare = inspector.compare?.bind(inspector);
  return {
    generation: inspector.generation,
    stored: (after, limit, options) =>
      watch.call('stored', async () => {
        passed(after === null || isId(after), () => `the place ${after}`);
        passed(isCount(limit) && limit > 0, () => `a limit of ${limit}`);
        const stored = await inspector.stored(after, limit, options);
        answered(stored.length <= limit, () => `${stored.length} documents where ${limit} were asked for`);
        for (const [i, one] of stored.entries()) checkStored(one, stored[i - 1]?.id ?? after);
        return stored;
      }),
    check: (options) => watch.call('check', async () => checked(await inspector.check(options))),
    ...(compare === undefined
      ? {}
      : {
          compare: (documents, options) =>
            watch.call('compare', async () => {
              const damages = checked(await compare(documents, options));
              const ids = new Set(documents.map(({ id }) => id));
              const named = damages.every(({ id }) => id !== null && ids.has(id));
              answered(named, () => 'it found damage in documents that it was not asked about');
              return damages;
            }),
        }),
    close: () => watch.close(() => inspector.close()),
  };
}

function checkStored(one: StoredDocument, before: string | null): void {
  const { id, date, received, size, archives, digest } = one;
  const whole = [date, received, size, digest ?? 0].every(Number.isSafeInteger);
  answered(isId(id) && whole, () => `a stored document is ${JSON.stringify(one)}`);
  answered(before === null || before < id, () => `${id} comes behind ${before}`);
  answered(archives.toSorted().join() === archives.join(), () => `archives out of order: ${archives.join()}`);
}

function checked(damages: readonly Damage[]): readonly Damage[] {
  for (const { id, what } of damages) {
    answered((id === null || isId(id)) && what !== '', () => `damage is ${JSON.stringify({ id, what })}`);
  }
  return damages;
}
