import { readRepository } from './git-read.ts';
import { isMbox } from './kinds.ts';
import { withAddressesOf } from './pipermail.ts';
import { readMbox } from './read-mbox.ts';
import { readMessageFile } from './read-message-file.ts';
import type { ReadOptions } from './read-options.ts';
import type { FileOfSource, ReadItem } from './source.ts';

/**
 * Everything in one file of a source, or in a range of an mbox or of a repository's history. Memory is bounded; what is wrong with the file is an item, never thrown.
 */
export function readSourceFile(
  file: FileOfSource,
  options: ReadOptions = {},
): AsyncGenerator<ReadItem, void> {
  if (file.kind === 'public-inbox') return readRepository(file, options);
  if (file.kind === 'pipermail') return readPipermail(file.path, options);
  return isMbox(file.kind) ? readMbox(file.path, options) : readMessageFile(file, options);
}

async function* readPipermail(path: string, options: ReadOptions): AsyncGenerator<ReadItem, void> {
  for await (const item of readMbox(path, options)) yield withAddressesOf(item);
}
