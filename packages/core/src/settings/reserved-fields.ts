import { FIELDS } from '../fields/fields.ts';

/** Names of the query language that are no columns of their own: fields worked out by core, groups of fields, patch fields, date and size words, `content`, which filters of query sets know, and what facets are made of besides. */
const OTHERS = [
  ...[
    'recipients',
    'recip',
    'body',
    'b',
    'bs',
    'tc',
    'a',
    'tcf',
    'list',
    'lid',
    'l',
    'm',
    'is',
    'thread',
    'archive',
    'content',
    'year',
    'month',
  ],
  ...[
    'date',
    'd',
    'received',
    'rt',
    'size',
    'z',
    'after',
    'before',
    'older_than',
    'newer_than',
    'larger',
    'smaller',
  ],
  ...['dfn', 'dfa', 'dfb', 'dfhh', 'dfctx', 'dfpre', 'dfpost', 'dfblob', 'patchid'],
];

/** Names that a declared field cannot have, in lower case: names and aliases of built-in fields. */
export function reservedFieldNames(): ReadonlySet<string> {
  const built = Object.entries(FIELDS).flatMap(([name, { aliases }]) => [name, ...aliases]);
  return new Set([...built, ...OTHERS]);
}
