// Hot: once a keyword of every document of the index. bench: facets.
import { hasRow, type RowSet, without } from '../row-set.ts';
import { BlobReader } from './blob-reader.ts';
import { compareBytes } from './compare-bytes.ts';
import { firstRowAt, firstTermAt, LeafTerms } from './leaf.ts';
import { type Segment, type Segments, termOf } from './segments.ts';

/**
 * How many of some documents have each token that begins so. Of a table without positions (`detail=none`), where the list of a term is
 * the row of its first document on each page in full and for every further one the distance.
 *
 * Goes through all terms with the prefix, page by page, whatever the documents are: a million documents' keywords are a few megabytes.
 * @param counted whether a token is counted at all, by its bytes of UTF-8
 */
export function countDocuments(
  segments: Segments,
  prefix: string,
  rows: RowSet,
  counted: (token: Uint8Array) => boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const segment of segments.list()) {
    const alive = segment.tombstonePages === 0 ? rows : without(rows, segments.deletedRows(segment));
    countSegment(
      segments,
      segment,
      prefix,
      alive,
      (token, count) => {
        if (count > 0) counts.set(token, (counts.get(token) ?? 0) + count);
      },
      counted,
    );
  }
  return counts;
}

function countSegment(
  segments: Segments,
  segment: Segment,
  prefix: string,
  rows: RowSet,
  found: (token: string, count: number) => void,
  counted: (token: Uint8Array) => boolean,
): void {
  const from = termOf(prefix);
  // Behind everything that begins so: 0xff stands in no UTF-8.
  const before = Buffer.concat([from, Uint8Array.of(0xff)]);
  let open: { readonly token: string; count: number } | null = null;
  for (let number = segments.pageOf(segment, from); number <= segment.lastPage; number++) {
    const page = segments.page(segment, number);
    // The documents of the last term may go on here.
    if (open !== null) open.count += countRows(page, firstRowAt(page), firstTermAt(page), rows);
    const terms = new LeafTerms(page);
    while (terms.next()) {
      if (open !== null) found(open.token, open.count);
      open = null;
      const { bytes } = terms;
      if (compareBytes(bytes, from) < 0) continue;
      if (compareBytes(bytes, before) > 0) return;
      const token = bytes.subarray(1);
      if (!counted(token)) continue;
      open = {
        token: Buffer.from(token).toString('utf8'),
        count: countRows(page, terms.start, terms.end, rows),
      };
    }
  }
  if (open !== null) found(open.token, open.count);
}

/** Of the rows told from one place of a page to another; the place 0 stands for none. */
function countRows(page: Uint8Array, start: number, end: number, rows: RowSet): number {
  if (start === 0) return 0;
  const reader = new BlobReader(page, start);
  let count = 0;
  for (let row = 0; reader.at < end; ) {
    row += reader.varint();
    if (hasRow(rows, row)) count++;
  }
  return count;
}
