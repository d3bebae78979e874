import fc from 'fast-check';
import { TYPED_TERMS, WORD_NAMES } from './query-values.ts';
import { ADDRESS_PARTS, ADDRESSES, MESSAGE_IDS, word } from './words.ts';

/** A query for an archive that is not there yet: its words are taken from the archive's lines. */
export type QueryMaker = (lines: readonly string[]) => string;

const pick = fc.nat();

/** What stands somewhere in the archive, so many words of it. */
function piece(lines: readonly string[], at: number, words: number): string[] {
  const chosen = (lines[at % Math.max(lines.length, 1)] ?? 'journal')
    .split(/\s+/u)
    .filter((one) => one !== '');
  const start = Math.floor(at / Math.max(lines.length, 1)) % Math.max(chosen.length - words + 1, 1);
  return chosen.slice(start, start + words);
}

/** Some characters of one word, from its start. */
function beginning(lines: readonly string[], at: number, length: number): string {
  return [...(piece(lines, at, 1)[0] ?? 'jo')].slice(0, length).join('');
}

function edited(text: string, how: number): string {
  const characters = [...text];
  const at = 1 + (how % Math.max(characters.length, 1));
  const change = ['', 'x', `x${characters[at] ?? ''}`, 'é'][how % 4] ?? '';
  return [...characters.slice(0, at), change, ...characters.slice(at + 1)].join('');
}

const plain: fc.Arbitrary<QueryMaker> = fc.oneof(
  {
    weight: 6,
    arbitrary: pick.map(
      (at): QueryMaker =>
        (lines) =>
          piece(lines, at, 1).join(' '),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(pick, fc.integer({ min: 2, max: 4 })).map(
      ([at, words]): QueryMaker =>
        (lines) => {
          return `"${piece(lines, at, words).join(' ').replaceAll('"', '""')}"`;
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(pick, fc.constantFrom(['“', '”'], ['"', ''], ['“', '"'], ['', '"'])).map(
      ([at, [open = '', close = '']]): QueryMaker =>
        (lines) =>
          open + piece(lines, at, 2).join(' ') + close,
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pick, fc.integer({ min: 2, max: 4 }), fc.integer({ min: 0, max: 6 }), fc.boolean())
      .map(
        ([at, words, distance, turned]): QueryMaker =>
          (lines) => {
            const all = piece(lines, at, words + 1);
            const some = all.length > words ? all.toSpliced(1, 1) : all;
            return `"${(turned ? some.toReversed() : some).join(' ').replaceAll('"', '')}"~${distance}`;
          },
      ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(pick, fc.integer({ min: 1, max: 5 })).map(
      ([at, length]): QueryMaker =>
        (lines) =>
          `${beginning(lines, at, length)}*`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(pick, fc.integer({ min: 1, max: 2 })).map(
      ([at, words]): QueryMaker =>
        (lines) => {
          return `"${piece(lines, at, words).join(' ').replaceAll('"', '')}"*`;
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(pick, fc.nat(40), fc.constantFrom('~', '~1', '~2')).map(
      ([at, how, mark]): QueryMaker =>
        (lines) => {
          return `${edited(piece(lines, at, 1)[0] ?? 'journal', how)}${mark}`;
        },
    ),
  },
  {
    weight: 1,
    arbitrary: word.map(
      (one): QueryMaker =>
        () =>
          one,
    ),
  },
);

/** What a regular expression may be made of, in the words of the archive. All of it means the same to the platform's own engine. */
const SHAPES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `^${text}`,
  (text) => `${text}$`,
  (text) => `\\b${text}`,
  (text) => `(?:${text}|re:|[0-9]{2})`,
  (text) => `${text}.*[a-m]`,
  (text) => `[^ ]${text}`,
  (text) => `${text}?x*$`,
  (text) => `\\d+.${text}`,
  (text) => `(${text})+`,
];
/** What is none, or none of this dialect, and is searched as text. */
const NO_REGEXES = ['(?=a)re', '(a)\\1', 'a**', '(journal', '[z-a]', 'a{2000}', '(?<!a)b'];
const REGEX_NAMES = ['subject', 's', 'from', 'f', 'filename', 'n', 'mid', 'id', 'm', 'SUBJECT', 'own', 'to'];

const regex: fc.Arbitrary<QueryMaker> = fc
  .tuple(
    fc.constantFrom(...REGEX_NAMES),
    pick,
    fc.integer({ min: 1, max: 2 }),
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...SHAPES) },
      { weight: 1, arbitrary: fc.constantFrom(...NO_REGEXES).map((text) => () => text) },
    ),
  )
  .map(
    ([name, at, words, shape]): QueryMaker =>
      (lines) => {
        const text = piece(lines, at, words).join(' ').toWellFormed();
        const pattern = shape(
          [...text]
            .slice(0, 12)
            .join('')
            .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
        );
        return `${name}:/${pattern.replaceAll('/', '\\/')}/`;
      },
  );

const term: fc.Arbitrary<QueryMaker> = fc.oneof(
  { weight: 6, arbitrary: plain },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...WORD_NAMES), plain).map(
      ([name, value]): QueryMaker =>
        (lines) =>
          `${name}:${value(lines)}`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('from', 'to', 'cc', 'bcc', 'tc', 'a', 'recip', 'filename', 'topic'),
        fc.constantFrom(...ADDRESSES, ...ADDRESS_PARTS),
      )
      .map(
        ([name, value]): QueryMaker =>
          () =>
            `${name}:${value}`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('mid', 'id', 'refs', 'm', 'references'),
        fc.constantFrom(...MESSAGE_IDS, 'a.*', '1*'),
      )
      .map(
        ([name, value]): QueryMaker =>
          () =>
            `${name}:${value}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('thread:', '-thread:', 'THREAD:'),
        fc.oneof(
          fc.constantFrom(...MESSAGE_IDS),
          fc.constantFrom(...MESSAGE_IDS).map((id) => `<${id}>`),
          fc.nat(60).map((n) => `${n}@mail.example.org`),
        ),
      )
      .map(
        ([name, id]): QueryMaker =>
          () =>
            name + id,
      ),
  },
  { weight: 2, arbitrary: regex },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...TYPED_TERMS).map(
      (value): QueryMaker =>
        () =>
          value,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...ADDRESSES.slice(0, 6), ...MESSAGE_IDS).map(
      (value): QueryMaker =>
        () =>
          value,
    ),
  },
);

const JOINTS = [
  ...[' ', ' ', ' AND ', ' OR ', ' | ', ' -', ' NOT ', ' OR -', ' +', ' AND NOT ', ' | +', '\t', ' -NOT '],
  // Words, or what has nothing to connect.
  ...[' and ', ' or ', ' OR AND ', ' || ', ' - '],
];

function run(part: fc.Arbitrary<QueryMaker>): fc.Arbitrary<QueryMaker> {
  return fc
    .tuple(
      part,
      fc.array(fc.tuple(fc.constantFrom(...JOINTS), part), { maxLength: 3 }),
      fc.constantFrom('', '', '', '-', 'NOT '),
    )
    .map(
      ([first, others, sign]): QueryMaker =>
        (lines) => {
          return sign + first(lines) + others.map(([joint, other]) => joint + other(lines)).join('');
        },
    );
}

const BRACKETS = [
  ...[
    '(',
    '(',
    'subject:(',
    'own:(',
    'from:(',
    '-(',
    'bs:(',
    'NOT (',
    'tc:(',
    'mid:(',
    'list:(',
    'date:(',
    'dfb:(',
  ],
  ...['thread:{', 'thread:{', '-thread:{'],
];

/** Brackets that close nothing, or open what is not closed. */
const BEHIND = ['', '', '', '', '', '', ')', ' ('];

function bracketed(part: fc.Arbitrary<QueryMaker>): fc.Arbitrary<QueryMaker> {
  return fc.tuple(fc.constantFrom(...BRACKETS), run(part), fc.constantFrom(...BEHIND)).map(
    ([open, inside, more]): QueryMaker =>
      (lines) =>
        `${open}${inside(lines)}${open.endsWith('{') ? '}' : ')'}${more}`,
  );
}

/** As typed: terms of every kind, joined and nested, and now and then any characters at all. */
export const query: fc.Arbitrary<QueryMaker> = fc.oneof(
  { weight: 8, arbitrary: term },
  { weight: 8, arbitrary: run(term) },
  { weight: 4, arbitrary: run(fc.oneof({ weight: 2, arbitrary: term }, bracketed(term))) },
  { weight: 2, arbitrary: run(bracketed(fc.oneof(term, bracketed(term)))) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), plain).map(
      ([odd, other]): QueryMaker =>
        (lines) =>
          odd + other(lines),
    ),
  },
);
