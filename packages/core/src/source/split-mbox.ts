// Hot: bench/src/cases/read.ts.
import { unescapeFrom, withoutBlankLine } from './mbox-text.ts';
import { isLoosePostmark, POSTMARK_BYTES, type Postmark, parsePostmark } from './postmark.ts';
import type { ReadItem } from './source.ts';

export interface SplitOptions {
  /** Offset in the file of the first byte that will be fed: 0, or LOOK_BEHIND bytes before `from`. */
  readonly base: number;
  /** Messages are delivered whose separator starts in [from, to). */
  readonly from: number;
  readonly to: number;
  /** Bytes of a message that are held; what goes beyond is passed over. */
  readonly messageBytes: number;
  /** Bytes held at a time while messages are shorter than that. At least 8 KiB. */
  readonly windowBytes: number;
}

/** Bytes before a separator that tell whether a blank line stands before it. */
export const LOOK_BEHIND = 3;
/** A file's first separator may bear no date if it starts before this offset. */
export const OPENING_BYTES = 1024;

const LF = 10;
const CR = 13;
const SEPARATOR = Buffer.from('\nFrom ');
const FROM = SEPARATOR.subarray(1);
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const SMALLEST_WINDOW = 8 * 1024;

/**
 * Cuts the bytes of an mbox, fed in pieces of any size, into messages: mboxo and mboxrd, LF and CRLF. A separator is a postmark (postmark.ts) at the
 * file's start or behind a blank line; any other line is text. Holds one window, which grows to the longest message, `messageBytes` at most.
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
    if (options.base > 0) this.#start = this.#scan = LOOK_BEHIND - 1;
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
      else this.#begin(found);
      if (item !== null) return item;
    }
    return null;
  }

  /** Passes over blank lines at the file's start and judges its first line. False: more bytes are needed. */
  #open(): boolean {
    const view = this.#view;
    let at = this.#start;
    if (this.#base + at === 0 && view.subarray(0, BOM.length).equals(BOM)) at = BOM.length;
    while (at < view.length && (view[at] === LF || view[at] === CR)) at++;
    this.#start = this.#scan = at;
    if (!this.#ended && view.length - at < 2 * POSTMARK_BYTES) return false;
    if (at === view.length) {
      this.#state = 'done';
      return true;
    }
    this.#state = 'before';
    const found = this.#separatorAt(at, true);
    if (found !== null && found !== 'unsure' && this.#offsetOf(at) < this.#options.to) this.#begin(found);
    else if (found === null || found === 'unsure') this.#garbage = this.#offsetOf(at);
    else this.#state = 'done';
    return true;
  }

  #begin(separator: Separator): void {
    this.#base += this.#dropped;
    this.#dropped = 0;
    this.#state = 'inside';
    this.#start = separator.at;
    this.#text = Math.min(separator.lineEnd + 1, this.#view.length);
    this.#scan = separator.lineEnd;
    this.#placeDate = separator.postmark.date;
  }

  #findSeparator(): Separator | null {
    const view = this.#view;
    let at = this.#scan;
    for (;;) {
      at = view.indexOf(SEPARATOR, at);
      if (at === -1) {
        this.#scan = Math.max(this.#scan, view.length - SEPARATOR.length + 1);
        return null;
      }
      const found = this.#separatorAt(at + 1, false);
      if (found === 'unsure') {
        this.#scan = at;
        return null;
      }
      if (found !== null) return found;
      at++;
    }
  }

  /** What stands at an index where a line may begin. 'unsure': the line's end has not been fed. */
  #separatorAt(at: number, first: boolean): Separator | null | 'unsure' {
    const view = this.#view;
    if (first && !view.subarray(at, at + FROM.length).equals(FROM)) return null;
    if (!this.#isBehindBlankLine(at)) return null;
    const lf = view.indexOf(LF, at);
    const lineEnd = lf === -1 ? view.length : lf;
    if (lineEnd - at > POSTMARK_BYTES) return null;
    if (lf === -1 && !this.#ended) return 'unsure';
    const rest = view.toString('latin1', at + 5, view[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd);
    const postmark = parsePostmark(rest);
    if (postmark !== null) return { at, lineEnd, postmark };
    const loose =
      first &&
      this.#offsetOf(at) <= OPENING_BYTES &&
      isLoosePostmark(rest) &&
      isHeaderLine(view, lineEnd + 1);
    return loose ? { at, lineEnd, postmark: { date: null } } : null;
  }

  #isBehindBlankLine(at: number): boolean {
    const view = this.#view;
    const offset = this.#offsetOf(at);
    if (offset === 0) return true;
    if (view[at - 1] !== LF) return offset === BOM.length && view.subarray(at - BOM.length, at).equals(BOM);
    if (offset === 1 || view[at - 2] === LF) return true;
    return view[at - 2] === CR && (offset === 2 || view[at - 3] === LF);
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
    const largest = POSTMARK_BYTES + this.#options.messageBytes + 2 * smallest;
    const larger = 4 * this.#window.length;
    if (this.#window.length < largest) this.#move(0, larger > largest / 2 ? largest : larger);
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
    this.#start = Math.max(0, this.#start - keep);
    this.#text = Math.max(0, this.#text - keep);
    this.#scan -= keep;
  }
}

interface Separator {
  readonly at: number;
  /** Index of the line's LF, or of the end of all. */
  readonly lineEnd: number;
  readonly postmark: Postmark;
}

/** Whether a header's name and colon stand at an index (RFC 5322, section 2.2). */
function isHeaderLine(bytes: Buffer, at: number): boolean {
  return /^[!-9;-~]+[ \t]*:/.test(bytes.toString('latin1', at, at + 128));
}
