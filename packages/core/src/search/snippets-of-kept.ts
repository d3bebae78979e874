import { readKeptText, textIn } from '../store/index.ts';
import type { SnippetPiece } from './answers.ts';
import type { TextBlocks } from './kept-texts.ts';
import { type FileToRead, isAsRead } from './read-text.ts';
import { type KindMarker, snippetOf } from './snippet.ts';

/** Snippets of messages whose text is kept, and what is left to be read from sources: what is not kept, and all of files that have changed. */
export function snippetsOfKept(
  files: readonly FileToRead[],
  kept: TextBlocks,
  markerOf: KindMarker,
): {
  readonly snippets: ReadonlyMap<string, readonly SnippetPiece[]>;
  readonly left: readonly FileToRead[];
} {
  const snippets = new Map<string, readonly SnippetPiece[]>();
  const left: FileToRead[] = [];
  for (const { file, messages } of files) {
    const known = messages.some(({ id }) => kept.has(id)) && isAsRead(file);
    const unknown = messages.filter(({ id }) => {
      const blocks = known ? kept.get(id) : undefined;
      const bytes = blocks === undefined ? null : textIn(blocks, id);
      const text = bytes === null ? null : readKeptText(bytes);
      if (text !== null) snippets.set(id, snippetOf(text, markerOf));
      return text === null;
    });
    if (unknown.length > 0) left.push({ file, messages: unknown });
  }
  return { snippets, left };
}
