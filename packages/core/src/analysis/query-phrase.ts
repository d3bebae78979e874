import { LIMITS } from '../limits.ts';
import { endingsAndTails } from './endings.ts';
import { ExactScanner } from './exact-scanner.ts';
import type { PhraseItem } from './phrase-item.ts';
import { stem } from './porter.ts';
import type { TokenKind } from './token-runs.ts';

/** What a typed prefix stands for. */
export type PrefixPhrase =
  | { readonly kind: 'phrase'; readonly items: readonly PhraseItem[] }
  /** Fewer than two letters or digits, and none of a script without blanks. */
  | { readonly kind: 'too-short'; readonly prefix: string }
  /** No token. */
  | { readonly kind: 'nothing' };

const SHORTEST_PREFIX = 2;

/**
 * The phrase that typed text means; empty where it holds no token (contract, sections 7 and 8). A run of a script without blanks
 * gives its pairs of clusters, with the last cluster alone only where the phrase goes on behind it; a lone cluster is a prefix at
 * the end and a token before it.
 */
export function analyzeQuery(text: string): readonly PhraseItem[] {
  return phraseOf(tokensOf(text).tokens);
}

/**
 * What `text*` means: the phrase of `text`, whose last item is a prefix. Where `text` ends in something that is no part of a token
 * (`foo-*`) the star has nothing to go on from, and the phrase is that of the text.
 */
export function expandPrefix(text: string): PrefixPhrase {
  const { tokens, endsInside } = tokensOf(text);
  const last = tokens.at(-1);
  if (last === undefined) return { kind: 'nothing' };
  if (!endsInside) return { kind: 'phrase', items: phraseOf(tokens) };
  // A run's last cluster alone stands in its last pair too, which is what goes on.
  const prefix = last.kind === 'last' ? (tokens.at(-2)?.text ?? last.text) : last.text;
  if (last.kind === 'word' && lettersOf(prefix) < SHORTEST_PREFIX) return { kind: 'too-short', prefix };
  const before = tokens.slice(0, last.kind === 'last' ? -2 : -1);
  const stems = last.kind === 'word' ? otherStems(prefix) : [];
  return { kind: 'phrase', items: [...before.map(exactItem), { kind: 'prefix', prefix, stems }] };
}

interface QueryToken {
  readonly text: string;
  readonly kind: TokenKind;
}

/** Tokens unstemmed, and whether the text's last character belongs to the last of them. */
function tokensOf(text: string): { readonly tokens: readonly QueryToken[]; readonly endsInside: boolean } {
  const tokens: QueryToken[] = [];
  const scanner = new ExactScanner({
    token: (bytes, length, kind) =>
      tokens.push({ text: Buffer.from(bytes.subarray(0, length)).toString(), kind }),
  });
  const bytes = Buffer.from(text);
  const endsInside = scanner.feed(bytes, 0, bytes.length);
  scanner.finish();
  return { tokens, endsInside };
}

function phraseOf(tokens: readonly QueryToken[]): PhraseItem[] {
  const items = tokens.map(exactItem);
  const last = tokens.at(-1);
  if (last?.kind === 'last') items.pop();
  if (last?.kind === 'lone') items[items.length - 1] = { kind: 'prefix', prefix: last.text, stems: [] };
  return items;
}

function exactItem(token: QueryToken): PhraseItem {
  return { kind: 'token', token: token.kind === 'word' ? stem(token.text) : token.text };
}

/** Stems of the prefix with each ending or tail of one behind it that do not themselves begin with the prefix; sorted. */
function otherStems(prefix: string): readonly string[] {
  if (!/^[a-z]+$/.test(prefix)) return [];
  const stems = new Set<string>();
  for (const ending of endingsAndTails()) {
    const stemmed = stem((prefix + ending).slice(0, LIMITS.tokenLength));
    if (!stemmed.startsWith(prefix)) stems.add(stemmed);
  }
  return [...stems].sort();
}

function lettersOf(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length;
}
