// Hot: bench/src/cases/read.ts.
import { claimedEnd, HEADER_BYTES } from './content-length.ts';
import { unescapeFrom, withoutBlankLine } from './mbox-text.ts';
import { POSTMARK_BYTES } from './postmark.ts';
import {
  FROM,
  firstSeparatorAt,
  LOOK_BEHIND,
  type MboxView,
  type Separator,
  separatorAfterLength,
  separatorAt,
} from './separator.ts';
import type { ReadItem } from './source.ts';

export interface SplitOptions {
  /** Offset in the file of the first byte that will be fed: 0, or LOOK_BEHIND bytes before `from`. */
  readonly base: number;
  /** Messages are delivered whose separator starts in [from, to). */
  readonly from: number;
  readonly to: number;
  /** Bytes of a message that are held; what goes beyond is passed over. */
  readonly messageBytes: number;
  /** Bytes held at a time while messages are shorter than that. At least 16 KiB. */
  readonly windowBytes: number;
  /** Content-Length headers count where they are true. Then `base` is 0. */
  readonly lengths: boolean;
}

/** A file's first separator may bear no date if it starts before this offset. */
export const OPENING_BYTES = 1024;

const LF = 10;
const CR = 13;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
/** Holds what is looked at around a separator twice over. */
const SMALLEST_WINDOW = 16 * 1024;

/**
 * Cuts the bytes of an mbox, fed in pieces of any size, into messages: mboxo, mboxrd, mboxcl and mboxcl2; lines end with LF, CRLF or CR, also in
 * turns. separator.ts says which lines separate; within a true Content-Length none does. Holds one window, which grows to the longest message,
 * `messageBytes` at most, or LIMITS.messageBytes for one with a length.
 *
 * Use: call next() until it says null; unless `done`, fill the front of room(), tell filled() how much, and call next() again; at the file's end
 * finish(). What an item's `bytes` show is valid until the following next().
 */
export class MboxSplitter {
  readonly #options: SplitOptions;
  #window: Buffer;
  /** The filled part of the window. */
  #view: Buffer;
  /** Offset in the file of the window's byte 0; from `#hole` on add `#dropped`. */
  #base: number;
  #hole = 0;
  #dropped = 0;
  #state: 'opening' | 'before' | 'inside' | 'done';
  /** Indexes: of the present message's separator and text; before the first one, of what is not yet judged. */
  #start = 0;
  #text = 0;
  #placeDate: number | null = null;
  /** Offset at which the present message ends by its Content-Length; null: it has none, or a lie. */
  #claim: number | null | 'unread' = null;
  /** Index at which the file begins, behind a byte order mark; -1 once that is behind us. */
  #begin = -1;
  /** Everything before this index is known to hold no further separator. */
  #scan = 0;
  #garbage: number | null = null;
  #ended = false;
  #torn = false;

  constructor(options: SplitOptions) {
    this.#options = options;
    this.#window = Buffer.allocUnsafeSlow(Math.max(options.windowBytes, SMALLEST_WINDOW));
    this.#view = this.#window.subarray(0, 0);
    this.#base = options.base;
    this.#state = options.base === 0 ? 'opening' : 'before';
    if (options.base > 0) this.#start = this.#scan = LOOK_BEHIND;
  }

  /** No further item will come, whatever is fed. */
  get done(): boolean {
    return this.#state === 'done';
  }

  /** Offset in the file up to which it has been fed. */
  get fed(): number {
    return this.#base + this.#dropped + this.#view.length;
  }

  /** Free bytes to be filled from the front. */
  room(): Buffer {
    this.#makeRoom();
    return this.#window.subarray(this.#view.length);
  }

  filled(count: number): void {
    this.#view = this.#window.subarray(0, this.#view.length + count);
  }

  /** The file ends here. `torn`: it could not be read to its end, so the last message is marked as cut. */
  finish(torn: boolean): void {
    this.#ended = true;
    this.#torn = torn;
  }

  /** The next item, or null: more bytes are needed, or all is done. */
  next(): ReadItem | null {
    if (this.#state === 'opening' && !this.#open()) return null;
    while (this.#state !== 'done') {
      const found = this.#findSeparator();
      if (found === null && !this.#ended) {
        if (this.#state === 'before' && this.#garbage === null && this.#base + this.#scan > this.#options.to)
          this.#state = 'done';
        return null;
      }
      const end = found === null ? this.#view.length : found.at;
      const item =
        this.#state === 'inside' ? this.#message(end, found === null) : this.#garbageTo(this.#offsetOf(end));
      if (found === null || this.#offsetOf(found.at) >= this.#options.to) this.#state = 'done';
      else this.#enter(found);
      if (item !== null) return item;
    }
    return null;
  }

  /** Passes over blank lines at the file's start and judges its first line. False: more bytes are needed. */
  #open(): boolean {
    const view = this.#view;
    let at = this.#start;
    if (at === 0) this.#begin = at = view.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
    while (at < view.length && (view[at] === LF || view[at] === CR)) at++;
    this.#start = this.#scan = at;
    if (!this.#ended && view.length - at < 2 * POSTMARK_BYTES) return false;
    if (at === view.length) {
      this.#state = 'done';
      return true;
    }
    this.#state = 'before';
    const offset = this.#offsetOf(at);
    const found = firstSeparatorAt(this.#around(), at, offset <= OPENING_BYTES);
    if (found === null || found === 'unsure') this.#garbage = offset;
    else if (offset < this.#options.to) this.#enter(found);
    else this.#state = 'done';
    return true;
  }

  #enter(separator: Separator): void {
    this.#base += this.#dropped;
    this.#dropped = 0;
    this.#state = 'inside';
    this.#start = separator.at;
    this.#text = this.#scan = separator.text;
    this.#placeDate = separator.postmark.date;
    this.#claim = this.#options.lengths ? 'unread' : null;
  }

  #around(): MboxView {
    return { bytes: this.#view, begin: this.#begin, ended: this.#ended };
  }

  #findSeparator(): Separator | null {
    if (this.#claim !== null) {
      const found = this.#settleLength();
      if (found === 'unsure') return null;
      if (found !== null) return found;
    }
    const view = this.#view;
    for (let at = this.#scan; ; at++) {
      at = view.indexOf(FROM, at);
      if (at === -1) {
        this.#scan = Math.max(this.#scan, view.length - FROM.length + 1);
        return null;
      }
      const above = view[at - 1];
      if (above !== LF && above !== CR) continue;
      const found = separatorAt(this.#around(), at);
      if (found === 'unsure') {
        this.#scan = at;
        return null;
      }
      if (found !== null) return found;
    }
  }

  /** The separator that the present message's Content-Length leads to. Null: none; what lies before is to be searched. */
  #settleLength(): Separator | null | 'unsure' {
    if (this.#claim === 'unread') {
      const end = claimedEnd(this.#around(), this.#text);
      if (end === 'unsure') return end;
      this.#claim = end === null ? null : this.#offsetOf(end);
    }
    if (this.#claim === null) return null;
    const found = separatorAfterLength(this.#around(), this.#claim - this.#base);
    if (found === 'unsure') return found;
    this.#claim = null;
    if (found !== 'end') return found;
    this.#scan = this.#view.length;
    return null;
  }

  #garbageTo(end: number): ReadItem | null {
    if (this.#garbage === null || this.#options.from > 0) return null;
    const reason = 'does not begin with a "From " line, so it belongs to no message';
    return { kind: 'garbage', name: '', offset: this.#garbage, length: end - this.#garbage, reason };
  }

  #message(end: number, last: boolean): ReadItem | null {
    const offset = this.#base + this.#start;
    if (offset < this.#options.from) return null;
    const whole = this.#dropped > 0 ? end : withoutBlankLine(this.#view, this.#text, end);
    const held = Math.min(whole, this.#text + this.#options.messageBytes);
    const text = this.#window.subarray(this.#text, held);
    const bytes = text.subarray(0, unescapeFrom(text));
    const item = {
      kind: 'message',
      name: '',
      bytes,
      offset,
      length: this.#offsetOf(end) - offset,
      placeDate: this.#placeDate,
    } as const;
    return held < whole || this.#dropped > 0 || (last && this.#torn) ? { ...item, cut: true } : item;
  }

  #offsetOf(index: number): number {
    return this.#base + index + (this.#dropped > 0 && index >= this.#hole ? this.#dropped : 0);
  }

  #makeRoom(): void {
    const smallest = Math.max(this.#options.windowBytes, SMALLEST_WINDOW);
    const keep = Math.max(0, (this.#state === 'before' ? this.#scan : this.#start) - LOOK_BEHIND);
    const shrinks = this.#view.length - keep <= smallest / 2 && this.#window.length > smallest;
    if (keep > 0 || shrinks) this.#move(keep, shrinks ? smallest : this.#window.length);
    if (this.#view.length <= this.#window.length / 2) return;
    this.#dropOverlong();
    if (this.#view.length <= this.#window.length / 2) return;
    // Enough for the longest text, with a small window's room behind it.
    const claimed = this.#claimedBytes();
    const longest = Math.max(this.#options.messageBytes, claimed);
    // Of a long one a part more, so that what is held is not moved for every few bytes.
    const largest = LOOK_BEHIND + POSTMARK_BYTES + longest + Math.max(2 * smallest, claimed >> 2);
    const larger = 4 * this.#window.length;
    if (this.#window.length < largest) this.#move(0, larger > largest / 2 ? largest : larger);
  }

  /** Bytes of the present message that must be at hand before its Content-Length is known to be true. */
  #claimedBytes(): number {
    if (this.#claim === null) return 0;
    return this.#claim === 'unread' ? HEADER_BYTES : this.#claim - this.#base - this.#text;
  }

  /** Lets go of what the present message has beyond the limit, as far as it has been searched. */
  #dropOverlong(): void {
    const hole = this.#text + this.#options.messageBytes;
    const searched = this.#scan - LOOK_BEHIND;
    if (this.#state !== 'inside' || searched <= hole) return;
    this.#window.copyWithin(hole, searched, this.#view.length);
    this.#view = this.#window.subarray(0, this.#view.length - (searched - hole));
    this.#scan -= searched - hole;
    this.#hole = hole;
    this.#dropped += searched - hole;
  }

  /** Lets go of everything before an index, and goes over to a window of another size if need be. */
  #move(keep: number, size: number): void {
    const filled = this.#view.length - keep;
    if (size === this.#window.length) {
      this.#window.copyWithin(0, keep, this.#view.length);
    } else {
      const window = Buffer.allocUnsafeSlow(size);
      this.#view.copy(window, 0, keep);
      this.#window = window;
    }
    this.#view = this.#window.subarray(0, filled);
    this.#base += keep;
    this.#begin = this.#begin >= keep ? this.#begin - keep : -1;
    this.#start = Math.max(0, this.#start - keep);
    this.#text = Math.max(0, this.#text - keep);
    this.#scan -= keep;
  }
}
