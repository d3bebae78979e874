import type { FieldNames } from '../../backend/check-condition.ts';
import type { Change, GenerationWriter, WriteOutcome } from '../../backend/index.ts';
import { answered, isCount, isId, passed } from './breach.ts';
import { checkDocument } from './check-document.ts';
import { Watch } from './watch.ts';

interface WriterAssertions {
  /** A bulk build, whose batches may overlap. */
  readonly building: boolean;
  readonly fields: FieldNames;
  readonly around: Watch;
  readonly closed: () => void;
}

/** Holds one writer to the contract, and those who call it. */
export function assertingWriter(writer: GenerationWriter, options: WriterAssertions): GenerationWriter {
  const { building, fields } = options;
  const { generation } = writer;
  const watch = new Watch(`the writer of ${generation}`, options.around);
  let before = writer.applied;
  /** The furthest seq that any batch was to reach. */
  let furthest = writer.applied;
  let busy = 0;
  let finished = false;
  answered(isCount(before), () => `${generation} has applied ${before}`);

  function applied(): number {
    const now = writer.applied;
    answered(isCount(now), () => `${generation} has applied ${now}`);
    answered(now >= before, () => `applied of ${generation} fell from ${before} to ${now}`);
    answered(
      now <= furthest,
      () => `${generation} has applied ${now}, and nothing beyond ${furthest} was written`,
    );
    before = now;
    return now;
  }

  async function writing(
    count: { readonly puts: number; readonly removals: number },
    upTo: number,
    write: () => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    passed(!finished, () => `${generation} is written after it was finished`);
    passed(building || busy === 0, () => `two batches of ${generation} overlap outside of a bulk build`);
    passed(isCount(upTo) && upTo >= applied(), () => `a batch of ${generation} is to reach ${upTo}`);
    furthest = Math.max(furthest, upTo);
    busy++;
    try {
      const outcome = await write();
      checkOutcome(outcome, count);
      const now = applied();
      // A bulk build may hold on to what it has until the end.
      answered(
        building || now === upTo,
        () => `a batch that was to reach ${upTo} left ${generation} at ${now}`,
      );
      return outcome;
    } finally {
      busy--;
      applied();
    }
  }

  const writePacked = writer.writePacked?.bind(writer);
  return {
    generation,
    get applied() {
      return applied();
    },
    write: (changes, upTo, options) =>
      watch.call('write', () => {
        for (const change of changes) checkChange(change, building, fields);
        const seqs = changes.map((change) => change.seq);
        if (!building) {
          passed(isRising(seqs), () => `seqs of ${generation} do not rise: ${seqs.join(' ')}`);
          passed(
            (seqs.at(-1) ?? 0) <= upTo,
            () => `the seq ${seqs.at(-1)} of ${generation} lies behind ${upTo}`,
          );
        }
        const puts = changes.filter((change) => change.kind === 'put').length;
        const count = { puts, removals: changes.length - puts };
        return writing(count, upTo, () => writer.write(changes, upTo, options));
      }),
    ...(writePacked === undefined
      ? {}
      : {
          writePacked: (packed, upTo, options) =>
            watch.call('writePacked', () => {
              // What a packed batch is made of is seen in the engine's thread only: any of it may be puts.
              const count = { puts: packed.spans.length, removals: 0 };
              return writing(count, upTo, () => writePacked(packed, upTo, options));
            }),
        }),
    finish: (options) =>
      watch.call('finish', async () => {
        passed(!finished, () => `${generation} is finished twice`);
        passed(busy === 0, () => `${generation} is finished while it is written`);
        finished = true;
        await writer.finish(options);
      }),
    close: () =>
      watch.close(async () => {
        options.closed();
        await writer.close();
      }),
  };
}

function checkChange(change: Change, building: boolean, fields: FieldNames): void {
  const { seq } = change;
  passed(isCount(seq) && (building || seq > 0), () => `a change has the seq ${seq}`);
  if (change.kind === 'remove') {
    passed(isId(change.id), () => `the change ${seq} removes ${JSON.stringify(change.id)}`);
    return;
  }
  const { rank } = change;
  passed(
    rank === null || (building && isCount(rank) && rank > 0),
    () => `the change ${seq} has the rank ${rank}`,
  );
  checkDocument(change.document, fields);
}

/** Every put is added, updated or refused, and every removal counts once at most. */
function checkOutcome(
  outcome: WriteOutcome,
  { puts, removals }: { readonly puts: number; readonly removals: number },
): void {
  const { added, updated, removed, refused } = outcome;
  const tells = JSON.stringify(outcome);
  answered([added, updated, removed].every(isCount), () => `the outcome of a batch is ${tells}`);
  answered(
    added + updated + removed + refused.length <= puts + removals && added + updated + refused.length >= puts,
    () => `a batch of ${puts} puts and ${removals} removals had the outcome ${tells}`,
  );
  const ids = new Set(refused.map((one) => `${one.seq} ${one.id}`));
  answered(ids.size === refused.length, () => `a change is refused twice: ${tells}`);
  answered(
    refused.every((one) => isId(one.id) && isCount(one.seq) && one.reason !== ''),
    () => `a refusal tells neither which nor why: ${tells}`,
  );
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0));
}
