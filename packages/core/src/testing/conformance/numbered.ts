import type { Change } from '../../backend/index.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import { document, puts } from './rig.ts';

/** The document of a seq: each its own, in date order, all with the word `journal`. */
export function numberedDocument(seq: number): OracleDocument {
  return document(seq.toString(16).padStart(6, '0'), { date: seq, text: { own: 'journal inod' } });
}

/** The changes of the seqs `first` to `last`. Every fifth removes the document before it; a bulk build has no such thing. */
export function numbered(first: number, last: number, bulk: boolean): Change[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((seq) => {
    if (!bulk && seq % 5 === 0) return [{ kind: 'remove', seq, id: numberedDocument(seq - 1).id }];
    const one = numberedDocument(seq);
    return puts([one], seq, bulk ? new Map([[one.id, seq]]) : undefined);
  });
}

/** Ids of the documents that are there when all up to a seq was applied, oldest first. */
export function idsUpTo(last: number, bulk: boolean): string[] {
  const seqs = Array.from({ length: last }, (_, i) => i + 1);
  const there = bulk ? seqs : seqs.filter((seq) => seq % 5 !== 0 && !(seq % 5 === 4 && seq < last));
  return there.map((seq) => numberedDocument(seq).id);
}
