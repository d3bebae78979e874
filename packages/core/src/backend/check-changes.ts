import { HayrickError } from '../errors.ts';
import type { Change } from './backend.ts';
import { isMessageId, isWhole } from './check-request.ts';

/** Where the writer of a batch stands. */
interface Standing {
  /** A generation that is being built, as against one that is kept up to date. */
  readonly building: boolean;
  readonly applied: number;
}

/**
 * Checks the changes of one batch.
 * @throws HayrickError ARGUMENT_INVALID
 */
export function checkChanges(changes: readonly Change[], upTo: number, standing: Standing): void {
  checkUpTo(upTo, standing);
  let before = 0;
  for (const change of changes) {
    const { seq } = change;
    const id = change.kind === 'put' ? change.document.id : change.id;
    if (!isMessageId(id)) throw invalid(`A change has the id "${id}": ids are 32 lower-case hex digits.`);
    if (!isWhole(seq) || (seq === 0 && !standing.building))
      throw invalid(`The change of ${id} has the seq ${seq}: they count from 1.`);
    if (change.kind === 'put' && change.rank !== null) {
      if (!standing.building) throw invalid(`The document ${id} has a rank: only a bulk build gives ranks.`);
      if (!isWhole(change.rank) || change.rank === 0) {
        throw invalid(`The document ${id} has the rank ${change.rank}: they count from 1.`);
      }
    }
    // A bulk build goes by place or rank; the log is drained in its order.
    if (standing.building) continue;
    if (seq <= before) throw invalid(`The change ${seq} comes behind the change ${before} of its batch.`);
    if (seq > upTo) throw invalid(`The change ${seq} lies behind ${upTo}, which its batch is to reach.`);
    before = seq;
  }
}

/** The only check of a packed batch: it is taken apart in the engine's own thread. */
export function checkUpTo(upTo: number, { applied }: Standing): void {
  if (!isWhole(upTo))
    throw invalid(`A batch is to reach the seq ${upTo}: it must be a whole number, 0 or more.`);
  if (upTo < applied)
    throw invalid(`A batch is to reach the seq ${upTo}, and ${applied} is applied already.`);
}

function invalid(message: string): HayrickError {
  return new HayrickError('ARGUMENT_INVALID', message);
}
