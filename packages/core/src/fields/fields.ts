/**
 * The one field table. Types, engines' schemas, the query language's names and docs/fields.md come from it.
 *
 * `text`: analysed words in a column of that name. `keyword`: exact values. `bare`: looked into by a word without a field.
 * `weight`: what a match counts for relevance. `aliases`: other names in queries. `patches`: filled where an archive that holds the message has
 * the setting `patches`; last, so that they are cut first and take no other field's room.
 */
interface FieldShape {
  readonly text: boolean;
  readonly keyword: boolean;
  readonly bare?: true;
  readonly weight?: number;
  readonly patches?: true;
  readonly aliases: readonly string[];
  readonly holds: string;
}

export const FIELDS = {
  subject: {
    text: true,
    keyword: false,
    bare: true,
    weight: 8,
    aliases: ['s'],
    holds: 'the whole decoded subject',
  },
  from: { text: true, keyword: true, bare: true, weight: 3, aliases: ['f'], holds: 'names and addresses' },
  to: {
    text: true,
    keyword: true,
    bare: true,
    weight: 1,
    aliases: ['t'],
    holds: 'names and addresses of To',
  },
  cc: {
    text: true,
    keyword: true,
    bare: true,
    weight: 1,
    aliases: ['c'],
    holds: 'names and addresses of Cc',
  },
  bcc: { text: true, keyword: true, bare: true, weight: 1, aliases: [], holds: 'names and addresses of Bcc' },
  filename: {
    text: true,
    keyword: false,
    bare: true,
    weight: 2,
    aliases: ['n', 'attachment'],
    holds: 'attachment names',
  },
  own: {
    text: true,
    keyword: false,
    bare: true,
    weight: 1,
    aliases: ['nq'],
    holds: "the sender's words, patch lines included, without quotes, signature and list footer",
  },
  quoted: {
    text: true,
    keyword: false,
    bare: true,
    weight: 0.4,
    aliases: ['q'],
    holds: 'quoted lines; counts less',
  },
  attached: {
    text: true,
    keyword: false,
    bare: true,
    weight: 0.5,
    aliases: [],
    holds: 'text of attachments that are text',
  },
  signature: {
    text: true,
    keyword: false,
    weight: 0.2,
    aliases: [],
    holds: 'what follows "-- "; not matched by bare words',
  },
  mid: {
    text: true,
    keyword: true,
    weight: 1,
    aliases: ['id', 'msgid'],
    holds: 'Message-ID, with or without brackets',
  },
  refs: { text: false, keyword: true, aliases: ['references'], holds: 'References and In-Reply-To' },
  mime: { text: false, keyword: true, aliases: ['mimetype'], holds: 'content types of the parts' },
  has: {
    text: false,
    keyword: true,
    aliases: [],
    holds: 'attachment, html, patch; is:reply has In-Reply-To or References',
  },
  dfn: {
    text: true,
    keyword: false,
    weight: 2,
    patches: true,
    aliases: [],
    holds: 'names of the files that patches change, old and new',
  },
  dfa: {
    text: true,
    keyword: false,
    weight: 1,
    patches: true,
    aliases: [],
    holds: 'lines that patches remove',
  },
  dfb: {
    text: true,
    keyword: false,
    weight: 1,
    patches: true,
    aliases: [],
    holds: 'lines that patches add',
  },
  dfhh: {
    text: true,
    keyword: false,
    weight: 1,
    patches: true,
    aliases: [],
    holds: 'what stands behind the numbers in the head of a hunk: the function, as a rule',
  },
  dfctx: {
    text: true,
    keyword: false,
    weight: 1,
    patches: true,
    aliases: [],
    holds: 'lines that patches leave as they are',
  },
  dfpre: {
    text: false,
    keyword: true,
    patches: true,
    aliases: [],
    holds: 'ids of blobs before a patch, as abbreviated in it',
  },
  dfpost: {
    text: false,
    keyword: true,
    patches: true,
    aliases: [],
    holds: 'ids of blobs after it; `dfblob:` is either',
  },
  patchid: {
    text: false,
    keyword: true,
    patches: true,
    aliases: [],
    holds: 'ids of patches, as `git patch-id --stable` tells them',
  },
} as const satisfies Record<string, FieldShape>;

export type FieldName = keyof typeof FIELDS;
type FieldsWith<K extends 'text' | 'keyword'> = {
  [F in FieldName]: (typeof FIELDS)[F][K] extends true ? F : never;
}[FieldName];

/** Fields with analysed words. */
export type TextField = FieldsWith<'text'>;
/** Built-in fields with exact values. */
export type KeywordField = FieldsWith<'keyword'>;
export type NumberField = 'date' | 'received' | 'size';

function fieldsWhere(test: (shape: FieldShape) => boolean): FieldName[] {
  return Object.entries<FieldShape>(FIELDS).flatMap(([name, shape]) =>
    test(shape) ? [name as FieldName] : [],
  );
}

/** In the order in which a message's tokens are counted against its limit. */
export const TEXT_FIELDS: readonly TextField[] = fieldsWhere((f) => f.text) as TextField[];
export const KEYWORD_FIELDS: readonly KeywordField[] = fieldsWhere((f) => f.keyword) as KeywordField[];
/** Where a word without a field is looked for. */
export const BARE_FIELDS: readonly TextField[] = fieldsWhere((f) => f.bare === true) as TextField[];
/** What of patches is text: most sites have none of it. */
export const PATCH_TEXT_FIELDS: readonly TextField[] = TEXT_FIELDS.filter((f) => isPatchField(f));
export const NUMBER_FIELDS: readonly NumberField[] = ['date', 'received', 'size'];

/** Whether a field, built-in or declared, is filled only where patches are indexed. */
export function isPatchField(name: string): boolean {
  const shape = Object.entries<FieldShape>(FIELDS).find(([field]) => field === name)?.[1];
  return shape?.patches === true;
}

/** What a message may be said to have: the values of the keyword field `has`. `reply` is asked for as `is:reply`. */
export const FLAGS = ['attachment', 'html', 'patch', 'reply'] as const;
export type Flag = (typeof FLAGS)[number];

/** Fields that a site declares in its settings. Keyword and text of one kind each; dates are unix seconds. */
export interface DeclaredField {
  readonly name: string;
  readonly header: string;
  readonly kind: 'text' | 'keyword' | 'date' | 'number';
  /** Of text: what a match counts for relevance; default 1. */
  readonly weight?: number;
  /** Its values come back with hits; default false. */
  readonly stored?: boolean;
  /** Of keywords: its values may be counted; default true. */
  readonly facet?: boolean;
}
