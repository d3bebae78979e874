import { type Message, scanMessage } from '@hayrick/core/message';
import type { Reading } from './readings.ts';

export type Aspect = 'subject' | 'addresses' | 'date' | 'filenames' | 'missing' | 'extra';

/** Our reading of one aspect of a message and those of the other parsers, where ours is like none of them. */
export interface Difference {
  readonly aspect: Aspect;
  readonly raw: Buffer;
  readonly message: Message;
  readonly ours: Reading;
  readonly theirs: readonly Reading[];
  /** Of `missing` and `extra`: the words, by the parser that is nearest to us. */
  readonly words: readonly string[];
}

/** A reason that holds for every difference its test is true of. */
export interface Reason {
  readonly name: string;
  readonly aspects: readonly Aspect[];
  readonly why: string;
  readonly holds: (difference: Difference) => boolean;
}

/**
 * Aspects in which ours is like neither of the others. Where the two disagree with each other and one agrees with us nothing is told: one of them
 * is wrong by the word of the other.
 */
export function differencesOf(
  raw: Buffer,
  message: Message,
  ours: Reading,
  theirs: readonly Reading[],
): Difference[] {
  const found: Difference[] = [];
  const add = (aspect: Aspect, words: readonly string[]): void => {
    found.push({ aspect, raw, message, ours, theirs, words });
  };
  for (const aspect of ['subject', 'addresses', 'date', 'filenames'] as const) {
    const our = JSON.stringify(ours[aspect]);
    if (theirs.every((their) => JSON.stringify(their[aspect]) !== our)) add(aspect, []);
  }
  const missing = theirs.map((their) => [...their.words].filter((word) => !ours.words.has(word)));
  if (missing.every((words) => words.length > 0)) add('missing', fewest(missing));
  const extra = theirs.map((their) =>
    [...ours.words].filter((w) => !their.words.has(w) && !their.moreWords.has(w)),
  );
  if (extra.every((words) => words.length > 0)) add('extra', fewest(extra));
  return found;
}

export const REASONS: readonly Reason[] = [
  {
    name: 'eight-bit-header',
    aspects: ['subject', 'addresses'],
    why: 'Bytes of a header or encoded word that are no UTF-8 are read as Windows-1252; the others put U+FFFD.',
    holds: (d) => !isBroken(d.ours, d.aspect) && d.theirs.every((their) => isBroken(their, d.aspect)),
  },
  {
    name: 'encoded-local-part',
    aspects: ['addresses'],
    why: 'An encoded word inside of an address, which is forbidden there, is decoded.',
    holds: (d) => d.theirs.some((their) => their.addresses.some((address) => address.startsWith('=?'))),
  },
  {
    name: 'lone-word-address',
    aspects: ['addresses'],
    why: 'A lone word (`root`) is kept as a local address; the others take it for a name.',
    holds: (d) =>
      d.theirs.some((their) =>
        same(
          their.addresses,
          d.ours.addresses.filter((a) => a.includes('@')),
        ),
      ),
  },
  {
    name: 'whole-seconds',
    aspects: ['date'],
    why: 'Dates are whole seconds.',
    holds: (d) => d.theirs.some((their) => their.date !== null && Math.floor(their.date) === d.ours.date),
  },
  {
    name: 'date-form',
    aspects: ['date'],
    why: 'We read forms of dates that Date.parse refuses (impossible hours and months still give null).',
    holds: (d) => d.ours.date !== null && d.theirs.every((their) => their.date === null),
  },
  {
    name: 'year-since-1900',
    aspects: ['date'],
    why: 'Programs that count years from 1900 write 102 or 0102 for 2002 (RFC 5322, section 4.3); Date.parse takes the first century.',
    holds: (d) =>
      d.ours.date !== null && d.ours.date > 0 && d.theirs.every((their) => (their.date ?? 0) < -3e10),
  },
  {
    name: 'names-inside-messages',
    aspects: ['filenames'],
    why: 'File names of messages inside of the message, and of those messages themselves, count as well.',
    holds: (d) => d.message.mime.includes('message/rfc822') && isPartOf(d.theirs, d.ours, 'filenames'),
  },
  {
    name: 'name-without-attachment',
    aspects: ['filenames'],
    why: 'Every part with a file name is named, also text that is shown inline; the others list attachments only.',
    holds: (d) => isPartOf(d.theirs, d.ours, 'filenames'),
  },
  {
    name: 'left-out',
    aspects: ['missing'],
    why: 'List footers, encoded lines and uuencoded blocks are left out of the text by rule.',
    holds: (d) => {
      const dropped = leftOutWords(d.theirs.map((their) => their.text).join('\n\n'));
      return d.words.every((word) => dropped.has(word));
    },
  },
  {
    name: 'header-inside',
    aspects: ['missing'],
    why: 'Of the header of a message inside of the message only the subject is text; the others show From, To and Date (in another form), or the raw message.',
    holds: (d) =>
      d.message.mime.includes('message/rfc822') &&
      d.words.every((word) => /^\d+$/.test(word) || insideHeaderWords(d.raw).has(word)),
  },
  {
    name: 'markup-commands',
    aspects: ['missing'],
    why: 'text/enriched and text/richtext are stripped of their commands; the others show the source.',
    holds: (d) => d.message.mime.some((type) => /^text\/(?:enriched|richtext)$/.test(type)),
  },
  {
    name: 'parted-by-tags',
    aspects: ['missing'],
    why: 'Items of lists to choose from, cells and other blocks are parted; html-to-text joins the words at their borders.',
    holds: (d) => d.message.flags.includes('html') && d.words.every((word) => isGlued(word, d.ours.words)),
  },
  {
    name: 'joined-by-others',
    aspects: ['extra'],
    why: 'The other side of parted-by-tags: the words that html-to-text joins.',
    holds: (d) => {
      const missing = d.theirs.flatMap((their) => [...their.words].filter((word) => !d.ours.words.has(word)));
      return (
        d.message.flags.includes('html') &&
        d.words.every((word) => missing.some((glued) => glued.includes(word)))
      );
    },
  },
  {
    name: 'unclosed-comment',
    aspects: ['extra'],
    why: 'An HTML comment that is never closed ends with its first `>`; html-to-text drops all that follows.',
    holds: (d) => d.message.flags.includes('html') && count(d.raw, '<!--') > count(d.raw, '-->'),
  },
  {
    name: 'charset-guess',
    aspects: ['missing', 'extra'],
    why: 'Text without a charset, or contradicting it, that is no UTF-8 is read as Windows-1252; the others put U+FFFD.',
    holds: (d) => hasProblem(d, /^charset-/),
  },
  {
    name: 'header-not-ended',
    aspects: ['extra'],
    why: 'Text that begins without a header, or without an empty line behind it, is body text; the others drop it.',
    holds: (d) => hasProblem(d, /^header-(?:missing|unended|garbled)$/) || partsLackHeaders(d.raw),
  },
  {
    name: 'blanks-end-header',
    aspects: ['extra'],
    why: 'A line of blanks ends the header if no header line follows it; the others read on.',
    holds: (d) => /^[ \t]+\r?\n/m.test(d.raw.toString('latin1', 0, 8192)),
  },
  {
    name: 'boundary-missing',
    aspects: ['extra'],
    why: 'A multipart whose boundary is missing or never seen is read by the boundary that stands in it, or as text; the others drop it.',
    holds: (d) => hasProblem(d, /^boundary-/),
  },
  {
    name: 'text-inside-messages',
    aspects: ['extra'],
    why: 'Text of messages inside of the message is decoded; the others hand it over undecoded.',
    holds: (d) => d.message.mime.includes('message/rfc822'),
  },
];

function isBroken(reading: Reading, aspect: Aspect): boolean {
  return JSON.stringify(aspect === 'subject' ? reading.subject : reading.addresses).includes('\ufffd');
}

/** Whether a word is two or more of the others, one behind the other. */
function isGlued(word: string, parts: ReadonlySet<string>): boolean {
  const reached = [true];
  for (let end = 1; end <= word.length; end++) {
    reached[end] = reached.some(
      (ok, start) => ok && end - start < word.length && parts.has(word.slice(start, end)),
    );
  }
  return reached[word.length] === true;
}

function hasProblem(difference: Difference, code: RegExp): boolean {
  return difference.message.problems.some((problem) => code.test(problem.code));
}

function isPartOf(theirs: readonly Reading[], ours: Reading, aspect: 'filenames' | 'addresses'): boolean {
  return theirs.some((their) => their[aspect].every((value) => ours[aspect].includes(value)));
}

function partsLackHeaders(raw: Buffer): boolean {
  return scanMessage(raw).parts.some(
    (part) =>
      part.depth > 0 &&
      part.start > 1 &&
      part.source.toString('latin1', part.start - 2, part.start) !== '\n\n',
  );
}

/** Paragraphs that speak of a list or of leaving it, lines without a blank and lines of uuencode: told apart here in a coarser way than in the code. */
function leftOutWords(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (piece: string): void => {
    for (const word of piece
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
      words.add(word);
  };
  const paragraphs = text.replace(/\r\n?/g, '\n').split(/\n[ \t>]*\n/);
  paragraphs.forEach((paragraph, i) => {
    if (/unsubscribe|mailing list|listinfo|majordomo|yahoo! groups|egroups|yahoogroups/i.test(paragraph)) {
      add(paragraph);
      // A rule may have an empty line below it.
      add(paragraphs[i - 1]?.split('\n').at(-1) ?? '');
    }
    for (const line of paragraph.split('\n')) {
      if (
        /^[> ]*\S{60,}$/.test(line) ||
        /^[ -`]{2,63}$/.test(line) ||
        /^(?:begin [0-7]{3} |end$)/.test(line)
      ) {
        if (!/[a-z]{3}/.test(line) || /^\S+$/.test(line.replace(/^[> ]+/, '')) || line.startsWith('begin '))
          add(line);
      }
    }
  });
  return words;
}

/** Words of everything that looks like a header line with its folds. */
function insideHeaderWords(raw: Buffer): ReadonlySet<string> {
  const words = new Set<string>();
  for (const line of raw.toString('utf8').match(/^[A-Za-z][A-Za-z-]*:.*(?:\r?\n[ \t].*)*/gm) ?? []) {
    for (const word of line
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
      words.add(word);
  }
  return words;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function count(raw: Buffer, sign: string): number {
  return raw.toString('latin1').split(sign).length - 1;
}

function fewest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
