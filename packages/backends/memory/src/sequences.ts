// Hot: read for every candidate of a phrase. bench: memory.
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { BOUNDARY_NUMBER } from './terms.ts';

/**
 * The tokens of a document, as bytes: for each field that has some, in the order of their numbers, the field's number, the length of what
 * follows in bytes, and the numbers of its tokens. All are varints, whose last byte alone is below 128: so numbers one behind the other
 * are found by looking for their bytes.
 */
export type Sequence = Buffer;

export function writeField(out: ByteWriter, field: number, tokens: Uint8Array): void {
  out.varint(field);
  out.varint(tokens.length);
  out.bytes(tokens);
}

/** The tokens of a field; empty where it has none. */
export function tokensOfField(sequence: Sequence, field: number): Buffer {
  const reader = new ByteReader(sequence);
  while (!reader.done) {
    const at = reader.varint();
    const length = reader.varint();
    if (at === field) return sequence.subarray(reader.at, reader.at + length);
    reader.at += length;
  }
  return sequence.subarray(0, 0);
}

/** Every field's number and tokens. */
export function* fieldsOf(sequence: Sequence): Generator<readonly [field: number, tokens: Buffer]> {
  const reader = new ByteReader(sequence);
  while (!reader.done) {
    const field = reader.varint();
    const length = reader.varint();
    yield [field, sequence.subarray(reader.at, reader.at + length)];
    reader.at += length;
  }
}

/** Whether the tokens hold those of `phrase`, one behind the other; and behind them one that `last` takes, if it is given. */
export function holdsPhrase(
  tokens: Buffer,
  phrase: Uint8Array,
  last: ((number: number) => boolean) | null,
): boolean {
  for (let at = tokens.indexOf(phrase); at >= 0; at = tokens.indexOf(phrase, at + 1)) {
    const atToken = at === 0 || (tokens[at - 1] ?? 0) < 0x80;
    if (!atToken) continue;
    if (last === null) return true;
    const end = at + phrase.length;
    if (end < tokens.length && last(new ByteReader(tokens, end).varint())) return true;
  }
  return false;
}

/**
 * A test whether some stretch within one value, `distance` tokens longer than the words, holds all of them, each as often as it is wanted.
 * @param wanted how often, by the token's number
 */
export function nearTest(wanted: ReadonlyMap<number, number>, distance: number): (tokens: Buffer) => boolean {
  const numbers = Uint32Array.from(wanted.keys());
  const words = [...wanted.values()].reduce((sum, times) => sum + times, 0);
  const stretch = words + distance;
  /** Numbers that end like a wanted one: the others are passed over. */
  const likely = new Uint8Array(256);
  for (const number of numbers) likely[number & 255] = 1;
  /** How often each is still wanted: below 0 where the stretch has more than are. */
  const left = new Int32Array(numbers.length);
  /** The words of the stretch, one behind the other in a ring: which, and where. */
  const which = new Uint32Array(stretch);
  const where = new Uint32Array(stretch);

  return (tokens) => {
    let missing = 0;
    let position = 0;
    let first = 0;
    let end = 0;
    for (let at = 0, fresh = true; at < tokens.length; ) {
      let byte = tokens[at++] ?? 0;
      let token = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = tokens[at++] ?? 0;
        token |= (byte & 0x7f) << shift;
      }
      if (fresh || token === BOUNDARY_NUMBER) {
        for (let i = 0; i < numbers.length; i++) left[i] = wanted.get(numbers[i] ?? 0) ?? 0;
        missing = words;
        first = end;
        fresh = false;
      }
      position++;
      const word = likely[token & 255] === 0 ? -1 : numbers.indexOf(token);
      if (word < 0) continue;
      for (; first < end && (where[first % stretch] ?? 0) + stretch <= position; first++) {
        const gone = which[first % stretch] ?? 0;
        left[gone] = (left[gone] ?? 0) + 1;
        if ((left[gone] ?? 0) > 0) missing++;
      }
      which[end % stretch] = word;
      where[end % stretch] = position;
      end++;
      left[word] = (left[word] ?? 0) - 1;
      if ((left[word] ?? 0) >= 0) missing--;
      if (missing === 0) return true;
    }
    return false;
  };
}
