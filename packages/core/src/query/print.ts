import { unreachable } from '../errors.ts';
import { type Leaf, lex } from './lex.ts';
import type { Query } from './query.ts';

/**
 * The canonical text of a query: operators written out, brackets only where they are needed.
 * parseQuery(printQuery(q)) is q again, but for places, under either default operator (unless writing it out passes a limit).
 * The empty query is the empty text.
 */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'empty':
      return '';
    case 'and':
      return query.of
        .map((part) => inBrackets(part, part.kind === 'and' || part.kind === 'or'))
        .join(' AND ');
    case 'or':
      return query.of.map((part) => inBrackets(part, part.kind === 'or')).join(' OR ');
    case 'not':
      return `NOT ${inBrackets(query.of, query.of.kind === 'and' || query.of.kind === 'or')}`;
    case 'thread':
      return `thread:{${printQuery(query.of)}}`;
    default:
      return printLeaf(query);
  }
}

function inBrackets(query: Query, needed: boolean): string {
  return needed ? `(${printQuery(query)})` : printQuery(query);
}

function printLeaf(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'all':
      return '*';
    case 'text':
      return printText(leaf.field, leaf.text, '', leaf.quoted);
    case 'prefix':
      return printText(leaf.field, leaf.text, '*', false);
    case 'near':
      return printText(leaf.field, leaf.text, `~${leaf.distance}`, true);
    case 'fuzzy':
      return printText(leaf.field, leaf.text, leaf.edits === 2 ? '~2' : '~', false);
    case 'regex':
      return `${leaf.field}:/${leaf.pattern.replace(/\\.|\//gsu, (part) => (part === '/' ? '\\/' : part))}/`;
    default:
      return unreachable(leaf);
  }
}

function printText(field: string | null, text: string, suffix: string, quoted: boolean): string {
  const before = field === null ? '' : `${field}:`;
  const word = `${text}${suffix}`;
  if (!quoted) {
    // Behind a colon a slash may open a regular expression, however far away the next one is.
    if (isOneLeaf(before + word, text) && !(field !== null && text.startsWith('/'))) return before + word;
    if (field !== null && isOneLeaf(word, text)) return `${before}(${word})`;
  }
  return `${before}"${text.replaceAll('"', '""')}"${suffix}`;
}

/** Whether a word without quotes is read as it is meant: `//x` behind a colon is not, nor are trees made by hand with blanks. */
function isOneLeaf(word: string, text: string): boolean {
  const { lexemes } = lex(word);
  const [first] = lexemes;
  return lexemes.length === 1 && first?.kind === 'leaf' && 'text' in first.leaf && first.leaf.text === text;
}
