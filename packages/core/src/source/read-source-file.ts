import { isMbox } from './kinds.ts';
import { readMbox } from './read-mbox.ts';
import { readMessageFile } from './read-message-file.ts';
import type { ReadOptions } from './read-options.ts';
import type { FileOfSource, ReadItem } from './source.ts';

/**
 * Everything in one file of a source, or in a range of an mbox. Memory is bounded; what is wrong with the file is an item, never thrown.
 */
export function readSourceFile(
  file: FileOfSource,
  options: ReadOptions = {},
): AsyncGenerator<ReadItem, void> {
  return isMbox(file.kind) ? readMbox(file.path, options) : readMessageFile(file, options);
}
