import type { Flag } from '../fields/fields.ts';
import type { FieldKind } from '../settings/settings.ts';
import type { OwnFields } from './own-fields.ts';

/** A word within some letters of another: one, or two where that is asked for. */
export type FuzzyWord = string | { readonly word: string; readonly edits: 1 | 2 };

/** Of analysed words. A text by itself is `content`. */
export interface TextLookups {
  /** All the words, in any order. */
  readonly content?: string;
  /** The words one behind the other, within one value. */
  readonly exact?: string;
  /** A word that begins so; of several the last one. */
  readonly startsWith?: string;
  readonly fuzzy?: FuzzyWord;
  /** Any of these, each as `exact`; none of none. */
  readonly in?: readonly string[];
}

/** Of values that the catalog keeps as they were written; capitals do not count. Engines that find no regular expressions refuse these. */
export interface WrittenLookups {
  /** Anywhere in a value. */
  readonly contains?: string;
  /** A word that ends so. */
  readonly endsWith?: string;
}

/** Of exact values. One by itself is `exact`. */
export interface KeywordLookups<V extends string = string> {
  readonly exact?: V;
  readonly startsWith?: string;
  readonly in?: readonly V[];
}

export interface NullLookup {
  /** True: has no value of it. */
  readonly isNull?: boolean;
}

/** A number by itself is `exact`. */
export interface NumberLookups {
  readonly exact?: number;
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  /** Both ends included. */
  readonly range?: readonly [number, number];
  readonly in?: readonly number[];
}

/** A Date, or what stands behind `date:` in a query: 2020, 2020-03, yesterday. A text is the whole unit that it names. */
export type DateValue = Date | string;

/** A date by itself is `exact`: within it. */
export interface DateLookups {
  readonly exact?: DateValue;
  /** After its end. */
  readonly gt?: DateValue;
  /** From its beginning. */
  readonly gte?: DateValue;
  /** Before its beginning. */
  readonly lt?: DateValue;
  /** Until its end. */
  readonly lte?: DateValue;
  readonly range?: readonly [DateValue, DateValue];
  readonly in?: readonly DateValue[];
}

type Text = string | TextLookups;
type Written = string | (TextLookups & WrittenLookups);
type Keyword = string | (KeywordLookups & NullLookup);

/** Lookups of the fields that every site has. */
interface BuiltInFilter {
  /** Where a word without a field is looked for: subject, names, addresses, text, file names. */
  readonly content?: Text;
  readonly subject?: Written;
  readonly filename?: Written;
  /** An address, `@domain`, or words of names. */
  readonly from?: string | (TextLookups & WrittenLookups & NullLookup);
  readonly to?: string | (TextLookups & NullLookup);
  readonly cc?: string | (TextLookups & NullLookup);
  readonly bcc?: string | (TextLookups & NullLookup);
  readonly recipients?: Text;
  readonly body?: Text;
  readonly own?: Text;
  readonly quoted?: Text;
  readonly attached?: Text;
  readonly signature?: Text;
  readonly dfn?: Text;
  readonly dfa?: Text;
  readonly dfb?: Text;
  readonly dfhh?: Text;
  readonly dfctx?: Text;
  readonly mid?: string | (KeywordLookups & WrittenLookups & NullLookup);
  readonly refs?: Keyword;
  readonly mime?: Keyword;
  readonly patchid?: Keyword;
  readonly dfpre?: Keyword;
  readonly dfpost?: Keyword;
  readonly has?: Flag | (Pick<KeywordLookups<Flag>, 'exact' | 'in'> & NullLookup);
  /** Archives by name, posting address or List-Id. */
  readonly list?: string | KeywordLookups;
  /** The messages of a thread, told by its id or any Message-ID in it. */
  readonly thread?: string | Pick<KeywordLookups, 'exact' | 'in'>;
  readonly date?: DateValue | DateLookups;
  readonly received?: DateValue | DateLookups;
  readonly size?: number | NumberLookups;
}

type OwnLookups<K extends FieldKind> = K extends 'text'
  ? Text
  : K extends 'keyword'
    ? Keyword
    : K extends 'number'
      ? number | (NumberLookups & NullLookup)
      : DateValue | (DateLookups & NullLookup);

type OwnFilter<O extends OwnFields> = { readonly [K in keyof O]?: OwnLookups<O[K]['kind']> };

/** Filters within one another, and what is no lookup of a field. */
interface Joined<O extends OwnFields> {
  readonly $and?: readonly Filter<O>[];
  readonly $or?: readonly Filter<O>[];
  readonly $not?: Filter<O>;
  /** In the query language, as people type it. */
  readonly $query?: string;
}

/** What must hold of a message: everything that stands in it. */
export type Filter<O extends OwnFields> = BuiltInFilter & OwnFilter<O> & Joined<O>;
