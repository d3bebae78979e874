// Hot: once a change. bench: elasticsearch.
import { type Change, type Document, type PackedChanges, unpackWithoutTexts } from '@hayrick/core/backend';
import { idKeys } from './id-keys.ts';

/** A change in a bulk body. */
export interface BulkLine {
  readonly kind: Change['kind'];
  readonly seq: number;
  readonly id: string;
  /** Where its lines begin and end. */
  readonly start: number;
  readonly end: number;
}

/** Lines of JSON for one bulk request. */
export interface BulkBody {
  readonly bytes: Buffer;
  readonly lines: readonly BulkLine[];
}

const FIRST_BYTES = 1 << 18;
/** What a packed document grows by in a body, at most as a rule. */
const AROUND_TEXTS = 512;
/** UTF-8 needs at most three bytes for a UTF-16 code unit. */
const MOST_BYTES = 3;
/** What JSON escapes. Tokens have none of it, so the test nearly always saves the copy. */
const ESCAPED = /["\\\u0000-\u001f]/;
/** Of these the ones that text can hold when core has packed it: quote, backslash, line end, tab. */
const ESCAPED_BYTES = [0x22, 0x5c, 0x0a, 0x09] as const;
/** The largest number of seconds that a date may hold, here and in JavaScript. */
const MOST_SECONDS = 8_640_000_000_000;

/**
 * Changes as bulk bodies, none longer than `limit` unless one change alone is. Every line bears the change's seq as its version, so that
 * an older one that comes late, or again, changes nothing.
 */
export function encodeBodies(changes: Iterable<Change>, limit: number): Generator<BulkBody> {
  return cut(changes, { limit, expected: FIRST_BYTES }, (writer, change) => writer.add(change));
}

/** The same for packed changes, whose texts are copied as they lie. */
export function encodePacked(packed: PackedChanges, limit: number): Generator<BulkBody> {
  const { bytes } = packed;
  const texts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = bytes.length + packed.spans.length * AROUND_TEXTS;
  return cut(unpackWithoutTexts(packed), { limit, expected }, (writer, one) =>
    writer.add(one.change, () => {
      for (const [field, start, end] of one.texts) writer.text(field, texts.subarray(start, end));
    }),
  );
}

function* cut<T>(
  changes: Iterable<T>,
  { limit, expected }: { readonly limit: number; readonly expected: number },
  add: (writer: LineWriter, change: T) => void,
): Generator<BulkBody> {
  let writer = new LineWriter(Math.min(limit, expected));
  for (const change of changes) {
    const begun = writer.length;
    add(writer, change);
    if (writer.length > limit && writer.count > 1) {
      const next = writer.splitLast(begun);
      yield writer.body();
      writer = next;
    }
  }
  if (writer.count > 0) yield writer.body();
}

/** A body of some lines of another. */
export function selectLines({ bytes }: BulkBody, lines: readonly BulkLine[]): BulkBody {
  let length = 0;
  const moved = lines.map((line) => {
    const start = length;
    length += line.end - line.start;
    return { ...line, start, end: length };
  });
  return { bytes: Buffer.concat(lines.map(({ start, end }) => bytes.subarray(start, end))), lines: moved };
}

/** A date in seconds as the engine can hold it. */
export function clampSeconds(seconds: number): number {
  return Math.min(Math.max(seconds, -MOST_SECONDS), MOST_SECONDS);
}

class LineWriter {
  #bytes: Buffer;
  #lines: BulkLine[] = [];
  #separator = '';
  length = 0;

  /** @param expected bytes; more take more time */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(expected);
  }

  get count(): number {
    return this.#lines.length;
  }

  /** @param texts adds those of the document; else its own are taken */
  add(change: Change, texts?: () => void): void {
    const start = this.length;
    const { kind, seq } = change;
    const id = kind === 'put' ? change.document.id : change.id;
    const action = kind === 'put' ? 'index' : 'delete';
    this.#write(
      `{"${action}":{"_id":${JSON.stringify(id)},"version":${seq},"version_type":"external_gte"}}\n`,
    );
    if (kind === 'put') {
      const { document } = change;
      this.#head(document);
      this.#separator = '';
      if (texts === undefined) {
        for (const field of Object.keys(document.text)) this.text(field, document.text[field] ?? '');
      } else texts();
      this.#write('}}\n');
    }
    this.#lines.push({ kind, seq, id, start, end: this.length });
  }

  /** Tokens of a field of the document that is being added. */
  text(field: string, tokens: string | Buffer): void {
    this.#write(`${this.#separator}${JSON.stringify(field)}:`);
    this.#separator = ',';
    const plain =
      typeof tokens === 'string' ? !ESCAPED.test(tokens) : !ESCAPED_BYTES.some((b) => tokens.includes(b));
    if (plain) {
      this.#write('"');
      this.#append(tokens);
      this.#write('"');
    } else this.#write(JSON.stringify(tokens.toString()));
  }

  body(): BulkBody {
    return { bytes: this.#bytes.subarray(0, this.length), lines: this.#lines };
  }

  /** Takes the last change out and puts it into a writer of its own. */
  splitLast(begun: number): LineWriter {
    const next = new LineWriter(Math.max(FIRST_BYTES, this.length - begun));
    const last = this.#lines.pop();
    if (last === undefined) return next;
    next.length = this.#bytes.copy(next.#bytes, 0, begun, last.end);
    next.#lines.push({ ...last, start: 0, end: next.length });
    this.length = begun;
    return next;
  }

  #head({ id, date, received, size, archives, keywords, numbers, kept, digest = 0 }: Document): void {
    const [high, low] = idKeys(id);
    this.#write(
      `{"id":${JSON.stringify(id)},"idHigh":${high},"idLow":${low},"date":${clampSeconds(date)},"received":${clampSeconds(received)},"size":${size},"digest":${digest}` +
        `,"archives":${JSON.stringify(archives)},"keyword":${JSON.stringify(keywords)}${numbersJson(numbers)}${kept === undefined ? '' : `,"kept":${JSON.stringify(kept)}`},"text":{`,
    );
  }

  #append(text: string | Buffer): void {
    if (typeof text === 'string') this.#write(text);
    else {
      this.#room(text.length);
      this.length += text.copy(this.#bytes, this.length);
    }
  }

  #write(text: string): void {
    if (this.length + text.length * MOST_BYTES > this.#bytes.length) this.#room(Buffer.byteLength(text));
    this.length += this.#bytes.write(text, this.length);
  }

  #room(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + bytes));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}

/** JSON and the engine have no infinite numbers: a range that ends nowhere holds the largest ones too. */
function numbersJson(numbers: Document['numbers']): string {
  let all = '';
  for (const field of Object.keys(numbers)) {
    const values = numbers[field]?.map((n) => (Number.isFinite(n) ? n : Math.sign(n) * Number.MAX_VALUE));
    all += `${all === '' ? ',"number":{' : ','}${JSON.stringify(field)}:${JSON.stringify(values)}`;
  }
  return all === '' ? '' : `${all}}`;
}
