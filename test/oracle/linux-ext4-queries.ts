import { BARE_FIELDS, type Condition } from '@hayrick/core/backend';
import { referenceTokens } from '@hayrick/core/testing';

const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

/** The words of a text one behind the other, in any one of the fields. */
function words(text: string, ...fields: string[]): Condition {
  const items = referenceTokens(text).map((token) => ({ kind: 'token' as const, token }));
  return { kind: 'phrase', fields: fields.length > 0 ? fields : BARE_FIELDS, items };
}

/** A run of a script that is cut into pairs: the pairs alone, in a query. */
function pairs(text: string, ...fields: string[]): Condition {
  const clusters = [...text];
  const items = clusters
    .slice(1)
    .map((cluster, i) => ({ kind: 'token' as const, token: clusters[i] + cluster }));
  return { kind: 'phrase', fields: fields.length > 0 ? fields : BARE_FIELDS, items };
}

/** Stems that begin so, and those named. `before`: words in front of it. */
function begins(
  prefix: string,
  options: { stems?: readonly string[]; before?: string; fields?: readonly string[] } = {},
): Condition {
  const items = referenceTokens(options.before ?? '').map((token) => ({ kind: 'token' as const, token }));
  const last = { kind: 'prefix' as const, prefix, stems: options.stems ?? [] };
  return { kind: 'phrase', fields: options.fields ?? BARE_FIELDS, items: [...items, last] };
}

const keyword = (field: string, value: string): Condition => ({ kind: 'keyword', field, value });
const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});

/** From the start of one day to the end of another, in UTC; null is open. */
function days(from: string | null, to: string | null, field = 'date'): Condition {
  const start = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
  return range(field, from === null ? null : start(from), to === null ? null : start(to) + 86_399);
}

/** Queries as people write them, each with its meaning put together by hand. */
export const QUERIES: readonly (readonly [string, Condition])[] = [
  // Words: any form of a word finds any other; no stop words; every term must match, each wherever it likes.
  ['journal', words('journal')],
  ['journals', words('journal')],
  ['Deadlocks', words('deadlock')],
  ['the', words('the')],
  ['e2fsck', words('e2fsck')],
  ['xyzzyplugh', words('xyzzyplugh')],
  ['journal checkpoint', and(words('journal'), words('checkpoint'))],
  ['journal AND checkpoint AND barrier', and(words('journal'), words('checkpoint'), words('barrier'))],
  // Or, not, brackets.
  ['btrfs OR bcachefs', or(words('btrfs'), words('bcachefs'))],
  ['btrfs | bcachefs | zonefs', or(words('btrfs'), words('bcachefs'), words('zonefs'))],
  ['journal checkpoint OR barrier', or(and(words('journal'), words('checkpoint')), words('barrier'))],
  ['journal NOT commit', and(words('journal'), not(words('commit')))],
  ['journal -commit -patch', and(words('journal'), not(words('commit')), not(words('patch')))],
  ['-ext4', not(words('ext4'))],
  [
    '(btrfs OR xfs) (quota OR reflink)',
    and(or(words('btrfs'), words('xfs')), or(words('quota'), words('reflink'))),
  ],
  ['NOT (ext4 OR xfs OR jbd2)', not(or(words('ext4'), words('xfs'), words('jbd2')))],
  // Phrases, and what is one because it is written without a blank.
  ['"journal commit"', words('journal commit')],
  ['"out of memory"', words('out of memory')],
  [
    '"fix memory leak" -"fix memory leak in"',
    and(words('fix memory leak'), not(words('fix memory leak in'))),
  ],
  ['fs/ext4/inode.c', words('fs ext4 inode c')],
  ['ext4_map_blocks', words('ext4 map blocks')],
  ["don't", words("don't")],
  ['5.4.0', words('5 4 0')],
  ['Reported-by', words('Reported by')],
  // Text fields and their names.
  ['subject:journal', words('journal', 'subject')],
  ['s:journal s:fix', and(words('journal', 'subject'), words('fix', 'subject'))],
  ['SUBJECT:"use after free"', words('use after free', 'subject')],
  ['subject:(leak OR race)', or(words('leak', 'subject'), words('race', 'subject'))],
  ['from:kara', words('kara', 'from')],
  ['from:"Theodore Ts\'o"', words("Theodore Ts'o", 'from')],
  ['to:linus', words('linus', 'to')],
  ['cc:stable', words('stable', 'cc')],
  ['recip:torvalds', words('torvalds', 'to', 'cc', 'bcc')],
  ['bcc:ext4', words('ext4', 'bcc')],
  ['own:deadlock', words('deadlock', 'own')],
  ['quoted:deadlock -own:deadlock', and(words('deadlock', 'quoted'), not(words('deadlock', 'own')))],
  ['attached:kernel', words('kernel', 'attached')],
  ['signature:labs', words('labs', 'signature')],
  ['filename:config', words('config', 'filename')],
  ['n:patch OR attachment:tar', or(words('patch', 'filename'), words('tar', 'filename'))],
  ['body:panic', words('panic', 'own', 'quoted', 'attached')],
  ['bs:panic', words('panic', 'subject', 'own', 'quoted', 'attached')],
  ['tcf:dilger', words('dilger', 'from', 'to', 'cc')],
  ['m:quack2', words('quack2', 'mid')],
  // Addresses and domains.
  ['from:tytso@mit.edu', keyword('from', 'tytso@mit.edu')],
  ['from:TYTSO@MIT.EDU', keyword('from', 'tytso@mit.edu')],
  ['from:@kernel.org', keyword('from', '@kernel.org')],
  ['from:suse.cz', or(keyword('from', '@suse.cz'), keyword('from', 'suse.cz'))],
  ['to:linux-ext4@vger.kernel.org', keyword('to', 'linux-ext4@vger.kernel.org')],
  ['cc:@linux-foundation.org', keyword('cc', '@linux-foundation.org')],
  ['tc:jack@suse.cz', or(keyword('to', 'jack@suse.cz'), keyword('cc', 'jack@suse.cz'))],
  ['from:"jack@suse.cz"', words('jack suse cz', 'from')],
  ['tytso@mit.edu', or(words('tytso mit edu'), keyword('mid', 'tytso@mit.edu'))],
  // Exact values.
  ['has:attachment', keyword('has', 'attachment')],
  ['has:patch -is:reply', and(keyword('has', 'patch'), not(keyword('has', 'reply')))],
  ['is:reply', keyword('has', 'reply')],
  ['has:html', keyword('has', 'html')],
  ['mime:multipart/signed', keyword('mime', 'multipart/signed')],
  ['mime:application/*', { kind: 'keyword-prefix', field: 'mime', prefix: 'application/' }],
  ['id:<20191003215523.7313-1-jack@suse.cz>', keyword('mid', '20191003215523.7313-1-jack@suse.cz')],
  ['mid:20230818123232.2269-1-jack@suse.cz', keyword('mid', '20230818123232.2269-1-jack@suse.cz')],
  ['references:20230818123232.2269-1-jack@suse.cz', keyword('refs', '20230818123232.2269-1-jack@suse.cz')],
  ['list:linux-ext4', { kind: 'all' }],
  ['list:linux-* jbd2', words('jbd2')],
  ['l:ext4 jbd2', words('jbd2')],
  // Prefixes: of words as they were written, though stems are kept.
  ['journ*', begins('journ')],
  ['operat*', begins('operat', { stems: ['oper'] })],
  ['subject:alloc*', begins('alloc', { fields: ['subject'] })],
  ['happy*', begins('happy', { stems: ['happi'] })],
  ['ext4_mb_new*', begins('new', { before: 'ext4 mb' })],
  ['from:tyt*', begins('tyt', { fields: ['from'] })],
  // Dates and sizes.
  ['date:2020', days('2020-01-01', '2020-12-31')],
  ['d:2020-02', days('2020-02-01', '2020-02-29')],
  ['date:2020-03-15', days('2020-03-15', '2020-03-15')],
  ['date:2020-03..2020-06', days('2020-03-01', '2020-06-30')],
  ['date:..2019', days(null, '2019-12-31')],
  ['date:2025-06..', days('2025-06-01', null)],
  ['after:2024', days('2024-01-01', null)],
  ['before:2024', days(null, '2023-12-31')],
  ['date:@1583020800..@1583107199', range('date', 1_583_020_800, 1_583_107_199)],
  ['received:2022-11', days('2022-11-01', '2022-11-30', 'received')],
  ['size:10k..20k', range('size', 10_240, 20_480)],
  ['larger:1M', range('size', 1_048_576, null)],
  ['smaller:2k', range('size', null, 2048)],
  // Other scripts.
  ['写道', pairs('写道')],
  ['陈涛涛', pairs('陈涛涛')],
  ['from:陈涛涛', pairs('陈涛涛', 'from')],
  ['メール', pairs('メール')],
  ['Благодаренко', words('благодаренко')],
  ['luis', words('luis')],
  ['Böhmwalder', words('bohmwalder')],
  // All together.
  ['*', { kind: 'all' }],
  [
    'jbd2 from:jack@suse.cz date:2020..2022 -is:reply',
    and(
      words('jbd2'),
      keyword('from', 'jack@suse.cz'),
      days('2020-01-01', '2022-12-31'),
      not(keyword('has', 'reply')),
    ),
  ],
  [
    '(subject:"fast commit" OR subject:fc) -from:@google.com larger:5k',
    and(
      or(words('fast commit', 'subject'), words('fc', 'subject')),
      not(keyword('from', '@google.com')),
      range('size', 5120, null),
    ),
  ],
];
