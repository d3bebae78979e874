import type { SoughtWord } from '../query/index.ts';
import type { SnippetPiece } from './answers.ts';
import type { TextBlocks } from './kept-texts.ts';
import type { FileToRead } from './read-text.ts';

/** What the thread that makes snippets is started with. */
export interface SnippetThreadData {
  /** Declared headers, lower case: a message's id depends on them. */
  readonly headers: readonly string[];
}

export interface SnippetRequest {
  readonly files: readonly FileToRead[];
  readonly words: readonly SoughtWord[];
}

/** The same with what is kept of these messages. */
export interface SnippetWork extends SnippetRequest {
  readonly kept: TextBlocks;
}

/** By message id. */
export type Snippets = ReadonlyMap<string, readonly SnippetPiece[]>;

/** To the thread. */
export type ToSnippetThread =
  | { readonly kind: 'make'; readonly call: number; readonly work: SnippetWork }
  /** Nobody waits for that call any more. */
  | { readonly kind: 'leave'; readonly call: number };

/** From the thread. `failed` tells of an error in the program itself: what is wrong with a source only leaves a snippet out. */
export type FromSnippetThread =
  | { readonly kind: 'made'; readonly call: number; readonly snippets: Snippets }
  | { readonly kind: 'failed'; readonly call: number; readonly message: string };
