import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, ConditionWithThreads } from './condition.ts';
import { printCondition } from './print-condition.ts';
import { simplifyCondition } from './simplify.ts';

const all: Condition = { kind: 'all' };
const none: Condition = { kind: 'none' };
const a = word('a');
const b = word('b');
const c = word('c');

function word(token: string): Condition {
  return { kind: 'phrase', fields: ['own'], items: [{ kind: 'token', token }] };
}
function and(...of: readonly Condition[]): Condition {
  return { kind: 'and', of };
}
function or(...of: readonly Condition[]): Condition {
  return { kind: 'or', of };
}
function not(of: Condition): Condition {
  return { kind: 'not', of };
}

describe('simplifyCondition', () => {
  it.each<readonly [string, ConditionWithThreads, ConditionWithThreads]>([
    ['a word', a, a],
    ['nested and', and(a, and(b, and(c))), and(a, b, c)],
    ['nested or', or(or(a, b), c), or(a, b, c)],
    ['and in or', or(and(a, b), c), or(and(a, b), c)],
    ['an and of one', and(a), a],
    ['an empty and', and(), all],
    ['an empty or', or(), none],
    ['all in and', and(all, a), a],
    ['none in and', and(a, none), none],
    ['all in or', or(a, all), all],
    ['none in or', or(none, a), a],
    ['only all', and(all, all), all],
    ['double not', not(not(a)), a],
    ['three times not', not(not(not(a))), not(a)],
    ['not all', not(all), none],
    ['not none', not(none), all],
    ['not of what folds', not(and(all, not(none))), none],
    ['repeats', and(a, b, a, b), and(a, b)],
    ['repeats that appear by simplifying', or(a, and(a, all)), a],
    ['an and that appears by simplifying', and(not(not(and(a, b))), c), and(a, b, c)],
    ['no archive', { kind: 'archives', names: [] }, none],
    ['an empty range', { kind: 'range', field: 'date', from: 5, to: 4 }, none],
    [
      'a range',
      { kind: 'range', field: 'date', from: 4, to: 4 },
      { kind: 'range', field: 'date', from: 4, to: 4 },
    ],
    ['a phrase of nothing', { kind: 'phrase', fields: ['own'], items: [] }, none],
    ['a phrase nowhere', { kind: 'phrase', fields: [], items: [{ kind: 'token', token: 'a' }] }, none],
    ['a thread of nothing', { kind: 'thread', of: and(a, none) }, none],
    ['a thread of all', { kind: 'thread', of: all }, all],
    ['a thread', { kind: 'thread', of: and(a) }, { kind: 'thread', of: a }],
    ['a thread by id', { kind: 'thread', of: 'x@y' }, { kind: 'thread', of: 'x@y' }],
    ['no ids', { kind: 'ids', ids: [] }, none],
    ['ids', and({ kind: 'ids', ids: ['1', '2'] }), { kind: 'ids', ids: ['1', '2'] }],
  ])('%s', (_, before, after) => expect(simplifyCondition(before)).toEqual(after));
});

/** A document of the laws: the tokens of one value, a date, the archives, and its id. */
interface Mail {
  readonly tokens: readonly string[];
  readonly date: number;
  readonly archives: readonly string[];
  readonly id: string;
}

/** Who matches, in the plainest words. */
function matches(condition: Condition, mail: Mail): boolean {
  switch (condition.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return condition.of.every((part) => matches(part, mail));
    case 'or':
      return condition.of.some((part) => matches(part, mail));
    case 'not':
      return !matches(condition.of, mail);
    case 'phrase':
      return (
        condition.fields.length > 0 &&
        condition.items.length > 0 &&
        mail.tokens.some((_, at) =>
          condition.items.every((item, i) => item.kind === 'token' && item.token === mail.tokens[at + i]),
        )
      );
    case 'range':
      return mail.date >= (condition.from ?? mail.date) && mail.date <= (condition.to ?? mail.date);
    case 'archives':
      return condition.names.some((name) => mail.archives.includes(name));
    case 'ids':
      return condition.ids.includes(mail.id);
    default:
      throw new Error(`not part of these laws: ${condition.kind}`);
  }
}

const token = fc.constantFrom('a', 'b', 'c');
const bound = fc.option(fc.integer({ min: 0, max: 4 }));
const leaf = fc.oneof(
  fc.constant(all),
  fc.constant(none),
  fc.array(token, { maxLength: 2 }).map(
    (tokens): Condition => ({
      kind: 'phrase',
      fields: ['own'],
      items: tokens.map((t) => ({ kind: 'token', token: t })),
    }),
  ),
  fc.tuple(bound, bound).map(([from, to]): Condition => ({ kind: 'range', field: 'date', from, to })),
  fc.subarray(['x', 'y']).map((names): Condition => ({ kind: 'archives', names })),
  fc.subarray(['1', '2', '3']).map((ids): Condition => ({ kind: 'ids', ids })),
);
const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('condition'), { maxLength: 3 }).map((of): Condition => ({ kind: 'and', of })),
    fc.array(tie('condition'), { maxLength: 3 }).map((of): Condition => ({ kind: 'or', of })),
    tie('condition').map(not),
  ),
}));
const mails = fc.array(
  fc.record<Mail>({
    tokens: fc.array(token, { maxLength: 4 }),
    date: fc.integer({ min: 0, max: 4 }),
    archives: fc.subarray(['x', 'y'], { minLength: 1 }),
    id: fc.constantFrom('1', '2', '3', '4'),
  }),
  { minLength: 1, maxLength: 5 },
);

describe('laws', () => {
  it('answers stay the same', () => {
    fc.assert(
      fc.property(conditions, mails, (condition, archive) => {
        const simple = simplifyCondition(condition);
        for (const mail of archive) expect(matches(simple, mail)).toBe(matches(condition, mail));
      }),
      { numRuns: 2000 },
    );
  });

  it('simplifying twice changes nothing', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const simple = simplifyCondition(condition);
        expect(simplifyCondition(simple)).toEqual(simple);
      }),
      { numRuns: 2000 },
    );
  });

  it('what is simple holds no all, none, double not or list in a list of its kind, and prints no longer', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const simple = simplifyCondition(condition);
        const printed = printCondition(simple);
        expect(printed.length).toBeLessThanOrEqual(Math.max(4, printCondition(condition).length));
        if (simple.kind !== 'all' && simple.kind !== 'none')
          expect(printed).not.toMatch(/\b(?:all|none)\b|\(not \(not/u);
      }),
    );
  });
});
