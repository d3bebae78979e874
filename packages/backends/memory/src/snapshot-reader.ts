// Hot: once a term. bench: memory.
import { join } from 'node:path';
import { ByteReader } from './byte-reader.ts';
import { damaged } from './failures.ts';
import type { SnapshotFile } from './generation-file.ts';
import { MemoryIndex } from './memory-index.ts';
import { readPiece } from './piece.ts';
import { StoredPostings } from './postings.ts';
import type { DocumentBlock, KeywordBlock, Piece, TermBlock } from './snapshot-form.ts';
import { setLeaf, type TreeNode, TreeRestorer } from './term-tree.ts';
import type { Term } from './terms.ts';

/** Null for BOUNDARY where no document holds it: it has a number all the same. */
type RestoredTerm = { readonly term: Term; readonly node: TreeNode } | null;

/**
 * Reads a snapshot. Other work of the process gets its turn between the blocks.
 * @param fields the generation's text fields
 * @throws HayrickError INDEX_DAMAGED
 */
export async function readSnapshot(
  folder: string,
  { pieces, documents }: SnapshotFile,
  fields: readonly string[],
): Promise<MemoryIndex> {
  const index = new MemoryIndex(fields);
  const blocks = (piece: Piece): AsyncGenerator<Buffer> => readPiece(join(folder, piece), pieces[piece] ?? 0);
  await readDocuments(index, blocks('documents'));
  if (index.documents.slots !== documents) throw damaged(folder, 'documents are missing');
  await readPostings(await readTerms(index, blocks('terms')), blocks('postings'), folder);
  await readRows(blocks('sequences'), (chunk, first, start, lengths) =>
    index.words.restoreSequences(chunk, first, start, lengths),
  );
  for await (const block of blocks('keywords')) {
    const { field, values } = parse<KeywordBlock>(block);
    for (const value of values) index.keywords.intern(field, value);
  }
  await readRows(blocks('keyword-rows'), (chunk, first, start, lengths) =>
    index.keywords.restore(chunk, first, start, lengths),
  );
  for (let slot = 0; slot < documents; slot++) index.documents.show(slot);
  return index;
}

async function readDocuments(index: MemoryIndex, blocks: AsyncIterable<Buffer>): Promise<void> {
  let slot = 0;
  for await (const bytes of blocks) {
    const block = parse<DocumentBlock>(bytes);
    const numbers = new Map(block.numbers);
    const kept = new Map(block.kept);
    for (const [place, id] of block.ids.entries()) {
      index.putColumns(slot++, {
        id,
        date: block.dates[place] ?? 0,
        received: block.received[place] ?? 0,
        size: block.sizes[place] ?? 0,
        digest: block.digests[place] ?? 0,
        archives: block.scopes[block.scopeOf[place] ?? 0] ?? [],
        numbers: numbers.get(place) ?? {},
        kept: kept.get(place),
      });
      index.words.restoreDocument(block.lengths[place] ?? []);
    }
  }
}

/** Terms by number, each with the node of the tree in which its postings belong. */
async function readTerms(
  { words }: MemoryIndex,
  blocks: AsyncIterable<Buffer>,
): Promise<readonly RestoredTerm[]> {
  const restorer = new TreeRestorer(words.tree);
  const terms: RestoredTerm[] = [];
  for await (const bytes of blocks) {
    const block = parse<TermBlock>(bytes);
    words.terms.reserve(block.terms);
    while (terms.length < block.terms) terms.push(null);
    restorer.add(block, (token, number, node) => {
      terms[number] = { term: words.terms.restore(token, number), node };
    });
  }
  return terms;
}

async function readPostings(
  terms: readonly RestoredTerm[],
  blocks: AsyncIterable<Buffer>,
  folder: string,
): Promise<void> {
  let number = 0;
  for await (const block of blocks) {
    const reader = new ByteReader(block);
    while (!reader.done) {
      const length = reader.varint();
      const restored = terms[number++];
      if (restored === undefined) throw damaged(folder, 'it has more postings than terms');
      if (restored !== null) {
        const postings = new StoredPostings(block, reader.at);
        restored.term.postings = postings;
        setLeaf(restored.node, postings);
      }
      reader.at += length;
    }
  }
  if (number !== terms.length) throw damaged(folder, 'it has more terms than postings');
}

async function readRows(
  blocks: AsyncIterable<Buffer>,
  use: (chunk: Buffer, first: number, start: number, lengths: readonly number[]) => void,
): Promise<void> {
  let slot = 0;
  for await (const block of blocks) {
    const reader = new ByteReader(block);
    const lengths = Array.from({ length: reader.varint() }, () => reader.varint());
    use(block, slot, reader.at, lengths);
    slot += lengths.length;
  }
}

/** Of bytes whose checksum was right. */
function parse<T>(block: Buffer): T {
  return JSON.parse(block.toString('utf8')) as T;
}
