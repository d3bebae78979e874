import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HayrickError } from '../errors.ts';
import { BARE_FIELDS, type DeclaredField } from '../fields/fields.ts';
import { parseQuery } from './parse.ts';
import { printCondition } from './print-condition.ts';
import { type ResolveContext, resolveQuery } from './resolve.ts';
import { simplifyCondition } from './simplify.ts';

const FIELDS: readonly DeclaredField[] = [
  { name: 'changeId', header: 'Change-Id', kind: 'keyword' },
  { name: 'topic', header: 'Topic', kind: 'text' },
  { name: 'votes', header: 'Votes', kind: 'number' },
  { name: 'deadline', header: 'Deadline', kind: 'date' },
];

const CONTEXT: ResolveContext = {
  fields: FIELDS,
  archives: [
    { name: 'linux-ext4', address: 'linux-ext4@vger.kernel.org', listId: 'linux-ext4.vger.kernel.org' },
    { name: 'linux-xfs', address: 'Linux-XFS@vger.kernel.org', listId: null },
    { name: 'staff', address: null, listId: null },
  ],
  // 2020-03-18T13:45:30Z
  now: 1_584_539_130,
  timeZone: 'UTC',
};

const BARE = `(${BARE_FIELDS.join(' ')})`;

/** What a query comes to, `(bare)` standing for the fields of a bare word, and what is said about it. */
function resolve(typed: string): { readonly condition: string; readonly problems: readonly string[] } {
  const { condition, problems } = resolveQuery(parseQuery(typed).query, CONTEXT);
  return {
    condition: printCondition(simplifyCondition(condition)).replaceAll(BARE, '(bare)'),
    problems: problems.map(({ message }) => message),
  };
}

/** [typed, condition, parts of the problems in order]. */
type Row = readonly [string, string, ...string[]];

const words: readonly Row[] = [
  ['', 'none'],
  ['*', 'all'],
  ['-*', 'none'],
  ['a', '(word (bare) "a")'],
  ['Running', '(word (bare) "run")'],
  ['a b', '(and (word (bare) "a") (word (bare) "b"))'],
  ['a a', '(word (bare) "a")'],
  ['a OR b', '(or (word (bare) "a") (word (bare) "b"))'],
  ['a -b', '(and (word (bare) "a") (not (word (bare) "b")))'],
  ['"a b"', '(phrase (bare) "a" "b")'],
  ['a.b', '(phrase (bare) "a" "b")'],
  ["it's", '(phrase (bare) "it" "s")'],
  ['foo::bar', '(phrase (bare) "foo" "bar")'],
  ['10:30', '(phrase (bare) "10" "30")'],
  ['http://x/y', '(phrase (bare) "http" "x" "y")'],
  ['malloc(3)', '(phrase (bare) "malloc" "3")'],
  ['Äpfel', '(word (bare) "apfel")'],
  ['内核', '(word (bare) "内核")'],
  ['内核空间', '(phrase (bare) "内核" "核空" "空间")'],
  ['内核3', '(phrase (bare) "内核" "核" "3")'],
  ['内', '(word (bare) "内"*)'],
  ['"a b"~3', '(near 3 (bare) "a" "b")'],
  ['"a"~3', '(word (bare) "a")'],
  ['"a.b c"~3', '(near 3 (bare) "a" "b" "c")'],
  ['"内 a"~3', '(phrase (bare) "内" "a")', 'cannot be looked for nearby'],
  ['word~', '(fuzzy 1 (bare) "word")'],
  ['word~2', '(fuzzy 2 (bare) "word")'],
  ['foo~', '(word (bare) "foo")', 'one word of 4 letters'],
  ['foo.word~', '(phrase (bare) "foo" "word")', 'one word of 4 letters'],
  ['...', 'none', 'no letter or digit'],
  ['""', 'none', 'no letter or digit'],
  ['a ...', '(word (bare) "a")', 'no letter or digit'],
  ['a OR ...', '(word (bare) "a")', 'no letter or digit'],
  ['NOT ...', 'none', 'no letter or digit'],
  ['a - b', '(and (word (bare) "a") (word (bare) "b"))', '"-" has no letter'],
  ['*foo', '(word (bare) "foo")', 'counts only at the end'],
  ['a*b', '(phrase (bare) "a" "b")', 'counts only at the end'],
];

const prefixes: readonly Row[] = [
  ['foo.ba*', '(phrase (bare) "foo" "ba"*)'],
  ['subject:zz*', '(word (subject) "zz"*)'],
  ['"foo zz"*', '(phrase (bare) "foo" "zz"*)'],
  ['w*', '(word (bare) "w")', 'at least two letters'],
  ['subject:*', 'none', 'has no value'],
];

const fields: readonly Row[] = [
  ['subject:a', '(word (subject) "a")'],
  ['s:a', '(word (subject) "a")'],
  ['SUBJECT:A', '(word (subject) "a")'],
  ['subject:(a OR b)', '(or (word (subject) "a") (word (subject) "b"))'],
  ['subject:"a b"', '(phrase (subject) "a" "b")'],
  ['subject:foo:bar', '(phrase (subject) "foo" "bar")'],
  ['body:a', '(word (own quoted attached) "a")'],
  ['b:a', '(word (own quoted attached) "a")'],
  ['bs:a', '(word (subject own quoted attached) "a")'],
  ['nq:a', '(word (own) "a")'],
  ['q:a', '(word (quoted) "a")'],
  ['signature:a', '(word (signature) "a")'],
  ['attached:a', '(word (attached) "a")'],
  ['n:a', '(word (filename) "a")'],
  ['attachment:a', '(word (filename) "a")'],
  ['f:ann', '(word (from) "ann")'],
  ['t:ann c:bob', '(and (word (to) "ann") (word (cc) "bob"))'],
  ['tc:ann', '(word (to cc) "ann")'],
  ['a:ann', '(word (from to cc) "ann")'],
  ['tcf:ann', '(word (from to cc) "ann")'],
  ['recipients:ann', '(word (to cc bcc) "ann")'],
  ['recip:ann', '(word (to cc bcc) "ann")'],
  ['m:foo', '(word (mid) "foo")'],
  ['mid:Foo@X', '(keyword mid "Foo@X")'],
  ['mid:<Foo@X>', '(keyword mid "Foo@X")'],
  ['id:"<Foo@X>"', '(keyword mid "Foo@X")'],
  ['msgid:Foo@X', '(keyword mid "Foo@X")'],
  ['mid:2020*', '(keyword mid "2020"*)'],
  ['mid:<2020*', '(keyword mid "2020"*)'],
  ['mid:foo~', '(phrase (bare) "mid" "foo")', 'holds exact values'],
  ['refs:<Foo@X>', '(keyword refs "Foo@X")'],
  ['references:Foo@X', '(keyword refs "Foo@X")'],
  ['mime:Text/Plain', '(keyword mime "text/plain")'],
  ['mimetype:text/*', '(keyword mime "text/"*)'],
  ['mime:*', '(keyword mime ""*)'],
  ['has:attachment', '(keyword has "attachment")'],
  ['HAS:Patch', '(keyword has "patch")'],
  ['is:reply', '(keyword has "reply")'],
  ['has:attachmnt', '(phrase (bare) "ha" "attachmnt")', 'Did you mean "attachment"?'],
  ['is:unread', '(phrase (bare) "is" "unread")', 'attachment, html, patch, reply'],
  ['has:att*', '(phrase (bare) "ha" ("att"* "at"))', 'have no meaning in "has:"'],
  ['x@y', '(or (phrase (bare) "x" "y") (keyword mid "x@y"))'],
  ['<X@y>', '(or (phrase (bare) "x" "y") (keyword mid "X@y"))'],
  ['"x@y"', '(phrase (bare) "x" "y")'],
  ['thread:<a@b>', '(thread "a@b")'],
  ['thread:{from:ann}', '(thread (word (from) "ann"))'],
  ['thread:{...}', 'none', 'no letter or digit'],
  ['thread:a*', '(phrase (bare) "thread" "a")', 'no meaning in "thread:"', 'at least two letters'],
  ['subject:/a+ b/', '(regex subject "a+ b")'],
  ['s:/a/', '(regex subject "a")'],
  ['m:/a/', '(regex mid "a")'],
  ['own:/foo/', '(phrase (bare) "own" "foo")', 'work on subject, from, filename and mid'],
  ['foo:bar', '(phrase (bare) "foo" "bar")', 'No field is called "foo"'],
  ['subjct:bar', '(phrase (bare) "subjct" "bar")', 'Did you mean "subject:"?'],
  ['form:x', '(phrase (bare) "form" "x")', 'Did you mean "from:"?'],
  ['changeid:IaBc', '(keyword changeId "iabc")'],
  ['chageId:IaBc', '(phrase (bare) "chageid" "iabc")', 'Did you mean "changeId:"?'],
  ['topic:a', '(word (topic) "a")'],
  ['votes:5', '(range votes 5 5)'],
  ['votes:>=-2', '(range votes -2 *)'],
  ['votes:many', '(phrase (bare) "vote" "mani")', 'is not a number'],
  ['deadline:2020-03', '(range deadline 1583020800 1585699199)'],
  ['foo:ba*', '(phrase (bare) "foo" "ba"*)', 'No field is called "foo"'],
  ['foo:"a b"', '(phrase (bare) "foo" "a" "b")', 'No field is called "foo"'],
  ['foo:a foo:b', '(and (phrase (bare) "foo" "a") (phrase (bare) "foo" "b"))', 'No field is called "foo"'],
  ['main.c:120', '(phrase (bare) "main" "c" "120")'],
  ['ext4: a', '(and (word (bare) "ext4") (word (bare) "a"))'],
  ['constructor:a', '(phrase (bare) "constructor" "a")', 'No field is called "constructor"'],
  ['from: ann', '(word (bare) "ann")', '"from:" has no value'],
  ['from:""', 'none', '"from:" has no value'],
  ['from:...', 'none', 'no letter or digit'],
  ['date: a', '(word (bare) "a")', '"date:" has no value'],
];

const addresses: readonly Row[] = [
  ['from:ann', '(word (from) "ann")'],
  ['from:"ann@example.org"', '(phrase (from) "ann" "exampl" "org")'],
  ['from:ann*', '(word (from) ("ann"* "an"))'],
];

const ranges: readonly Row[] = [
  ['date:2020', '(range date 1577836800 1609459199)'],
  ['d:2020-03..2020-06', '(range date 1583020800 1593561599)'],
  ['date:..2019', '(range date * 1577836799)'],
  ['date:"3 weeks ago"..', '(range date 1582675200 *)'],
  ['date:3.weeks.ago..', '(range date 1582675200 *)'],
  ['date:yesterday', '(range date 1584403200 1584489599)'],
  ['date:@5..@9', '(range date 5 9)'],
  ['rt:2020', '(range received 1577836800 1609459199)'],
  ['received:2020', '(range received 1577836800 1609459199)'],
  ['after:2020', '(range date 1577836800 *)'],
  ['before:2020', '(range date * 1577836799)'],
  ['older_than:1y', '(range date * 1552916729)'],
  ['newer_than:2w', '(range date 1583329530 *)'],
  ['after:2020..2021', '(phrase (bare) "after" "2020" "2021")', 'is not a date'],
  ['older_than:long', '(phrase (bare) "older" "than" "long")', 'is not an age'],
  ['date:soon', '(phrase (bare) "date" "soon")', 'is not a date'],
  ['date:2020..2019', 'none', 'ends before it begins'],
  ['date:2020~', '(phrase (bare) "date" "2020")', 'no meaning in "date:"'],
  ['size:>1M', '(range size 1048576 *)'],
  ['size:>=1M', '(range size 1048576 *)'],
  ['size:<1M', '(range size * 1048576)'],
  ['z:10k..2M', '(range size 10240 2097152)'],
  ['larger:10k', '(range size 10240 *)'],
  ['smaller:10k', '(range size * 10240)'],
  ['size:huge', '(phrase (bare) "size" "huge")', 'is not a size'],
  ['larger:1..2', '(phrase (bare) "larger" "1" "2")', 'is not a size'],
];

const archives: readonly Row[] = [
  ['list:linux-ext4', '(archives "linux-ext4")'],
  ['list:Linux-Ext4', '(archives "linux-ext4")'],
  ['lid:linux-ext4@vger.kernel.org', '(archives "linux-ext4")'],
  ['lid:<linux-ext4.vger.kernel.org>', '(archives "linux-ext4")'],
  ['list:linux-xfs@VGER.kernel.org', '(archives "linux-xfs")'],
  ['list:linux-*', '(archives "linux-ext4" "linux-xfs")'],
  ['list:*@vger.kernel.org', '(archives "linux-ext4" "linux-xfs")'],
  ['list:*inu*x*s', '(archives "linux-xfs")'],
  ['list:*', '(archives "linux-ext4" "linux-xfs" "staff")'],
  ['l:ext4', '(archives "linux-ext4")'],
  ['l:kernel', '(archives "linux-ext4" "linux-xfs")'],
  ['l:"vger kernel"', '(archives "linux-ext4" "linux-xfs")'],
  ['l:ext*', '(archives "linux-ext4")'],
  ['l:"kernel vger"', 'none', 'No archive is called'],
  ['list:linux', 'none', 'No archive is called "linux"'],
  ['list:staf', 'none', 'Did you mean "staff"?'],
  ['list:board', 'none', 'No archive is called "board".'],
  ['-list:board a', '(word (bare) "a")', 'No archive is called "board".'],
];

describe('resolveQuery', () => {
  it.each([...words, ...prefixes, ...fields, ...addresses, ...ranges, ...archives])(
    '%j is %s',
    (typed, condition, ...problems) => {
      expect(resolve(typed)).toEqual({
        condition,
        problems: problems.map((part) => expect.stringContaining(part)),
      });
    },
  );

  it('looks for an address in every field of its name', () => {
    const from = resolve('from:ann@example.org');
    expect(from).toEqual({ condition: '(keyword from "ann@example.org")', problems: [] });
    expect(resolve('from:<ann@example.org>')).toEqual(from);
    expect(resolve('tc:Ann@Example.org').condition).toBe(
      '(or (keyword to "ann@example.org") (keyword cc "ann@example.org"))',
    );
    expect(resolve('from:@example.org').condition).toBe('(keyword from "@example.org")');
    expect(resolve('from:example.org').condition).toBe(
      '(or (keyword from "@example.org") (keyword from "example.org"))',
    );
  });

  it('puts problems where they belong', () => {
    const { problems } = resolveQuery(parseQuery('a foo:b date:soon').query, CONTEXT);
    expect(problems).toMatchObject([
      { at: 2, length: 5 },
      { at: 8, length: 9 },
    ]);
  });

  it('answers for an archive that may not be read as for one that does not exist', () => {
    const ask = (typed: string): unknown => {
      const mayRead = { ...CONTEXT, archives: CONTEXT.archives.slice(0, 2) };
      return JSON.stringify(resolveQuery(parseQuery(typed).query, mayRead));
    };
    expect(ask('list:staff')).toBe(String(ask('list:stuff')).replace('stuff', 'staff'));
    expect(ask('l:staff')).toBe(String(ask('l:stuff')).replace('stuff', 'staff'));
  });
});

describe('laws', () => {
  const pieces = [
    'a',
    'foo',
    'running',
    ' ',
    ' ',
    '"',
    '(',
    ')',
    '*',
    '~',
    '-',
    '.',
    '..',
    '@',
    '2020',
    '10k',
    '/',
    '内',
    '>',
  ]
    .concat([
      'from:',
      'date:',
      'size:',
      'list:',
      'l:',
      'thread:',
      'thread:{',
      '}',
      'has:',
      'mid:',
      'votes:',
      'topic:',
      'xyz:',
    ])
    .concat([
      'older_than:',
      'after:',
      'm:',
      'mime:',
      'OR',
      'NOT',
      'example.org',
      '1y',
      'yesterday',
      '<',
      'valueOf',
      '__proto__:',
    ]);
  const typedText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
  );

  it('any text comes to a condition; nothing but a typed error is thrown', () => {
    fc.assert(
      fc.property(typedText, (typed) => {
        try {
          const { query } = parseQuery(typed);
          const { condition, problems } = resolveQuery(query, CONTEXT);
          const printed = printCondition(simplifyCondition(condition));
          expect(printed).not.toBe('');
          for (const { at, length } of problems) expect(at + length).toBeLessThanOrEqual(typed.length);
        } catch (error) {
          if (!(error instanceof HayrickError)) throw error;
          expect(error.code).toBe('QUERY_TOO_LARGE');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
