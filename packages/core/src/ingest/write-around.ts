import type { Change, Refusal, WriteOutcome } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';

/** What takes a batch: GenerationWriter.write, outages waited for. */
export type WriteBatch = (changes: readonly Change[], upTo: number) => Promise<WriteOutcome>;

/** So many single messages may fail, and nothing else pass, before the engine is to blame and not they. */
const MOST_IN_A_ROW = 20;

/** An engine failed, and no message may be to blame for it: what it says of itself, of its place and of its rights holds for all. */
export function mayBeOfOneMessage(error: unknown): error is HayrickError {
  return error instanceof HayrickError && error.code === 'ENGINE_FAILED';
}

/**
 * Writes a batch that failed as a whole in halves, and those that fail in halves again, until the messages stand alone that fail by themselves: these
 * are refused, all others are written. Where the engine takes nothing else either, it is to blame: then nothing is refused.
 * @param reached how far a part reaches, given its last change: batches of a bulk build reach nothing
 * @param failure of the whole batch
 * @throws the failure, and outages
 */
export async function writeAround(
  write: WriteBatch,
  changes: readonly Change[],
  upTo: number,
  reached: (last: Change) => number,
  failure: HayrickError,
): Promise<WriteOutcome> {
  const done = { added: 0, updated: 0, removed: 0, refused: [] as Refusal[] };
  const open = halves(changes);
  let passed = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [first] = part;
    const last = part.at(-1);
    if (first === undefined || last === undefined) continue;
    try {
      add(done, await write(part, reached(last)));
      passed++;
    } catch (error) {
      if (!mayBeOfOneMessage(error)) throw error;
      if (part.length > 1) open.push(...halves(part));
      // A removal says nothing that an engine could choke on.
      else if (first.kind === 'remove') throw error;
      else done.refused.push({ seq: first.seq, id: first.document.id, reason: error.message });
      if (passed === 0 && done.refused.length > MOST_IN_A_ROW) throw failure;
    }
  }
  // An engine that takes nothing at all fails here too.
  add(done, await write([], upTo));
  return done;
}

/** The first one last: it is taken from the end. */
function halves(changes: readonly Change[]): (readonly Change[])[] {
  if (changes.length < 2) return [changes];
  const middle = Math.ceil(changes.length / 2);
  return [changes.slice(middle), changes.slice(0, middle)];
}

function add(
  to: { added: number; updated: number; removed: number; refused: Refusal[] },
  { added, updated, removed, refused }: WriteOutcome,
): void {
  to.added += added;
  to.updated += updated;
  to.removed += removed;
  to.refused.push(...refused);
}
