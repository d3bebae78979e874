// Hot: goes through all terms that begin alike. bench: search.
import { compareBytes } from './compare-bytes.ts';
import { LeafTerms } from './leaf.ts';
import { type Segments, termOf } from './segments.ts';

/**
 * The tokens of a table that begin so, those included that only deleted documents had. Looks at the pages on which such terms begin and
 * never at the documents that have them. A token comes once for every segment that it stands in.
 * @param lengths tokens of so many bytes of UTF-8, from the first number to the second
 */
export function* tokensAt(
  segments: Segments,
  prefix: string,
  lengths: readonly [least: number, most: number],
): Generator<string> {
  const from = termOf(prefix);
  // Behind everything that begins so: 0xff stands in no UTF-8.
  const before = Buffer.concat([from, Uint8Array.of(0xff)]);
  const [least, most] = lengths.map((length) => length + 1) as [number, number];
  for (const segment of segments.list()) {
    const first = segments.pageOf(segment, from);
    for (const number of [first, ...segments.pagesBehind(segment, from, before)]) {
      // A merge has taken it.
      if (number < first) continue;
      const terms = new LeafTerms(segments.page(segment, number));
      while (terms.next()) {
        if (terms.length < least || terms.length > most) continue;
        const { bytes } = terms;
        if (compareBytes(bytes, from) < 0) continue;
        if (compareBytes(bytes, before) > 0) break;
        yield Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1).toString('utf8');
      }
    }
  }
}
