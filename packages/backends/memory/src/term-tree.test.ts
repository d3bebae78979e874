import fc from 'fast-check';
import SearchableMap from 'minisearch/SearchableMap';
import { expect, it } from 'vitest';
import { setLeaf, type TreeNode, TreeRestorer, treeBlocks } from './term-tree.ts';

const letters = fc.constantFrom('a', 'b', 'ab', '内', '𐐨', 'e\u0301');
const tokens = fc.uniqueArray(
  fc.array(letters, { minLength: 1, maxLength: 6 }).map((list) => list.join('')),
  {
    maxLength: 40,
  },
);

it('a tree is put back as it stood, in blocks of any size', () => {
  fc.assert(
    fc.property(tokens, tokens, fc.integer({ min: 1, max: 7 }), (put, deleted, size) => {
      const map = new SearchableMap<Map<number, Map<number, number>>>();
      for (const [number, token] of put.entries()) map.set(token, new Map([[number, new Map()]]));
      for (const token of deleted) map.delete(token);
      const left = put.filter((token) => !deleted.includes(token));

      const root: TreeNode = new Map();
      const restorer = new TreeRestorer(root);
      const restored = new Map<string, number>();
      for (const block of treeBlocks(map._tree, size, (token) => put.indexOf(token))) {
        expect(block.edges.length).toBeLessThanOrEqual(size);
        restorer.add(block, (token, number, node) => {
          restored.set(token, number);
          setLeaf(node, new Map([[number, new Map()]]));
        });
      }
      expect(root).toEqual(map._tree);
      expect(restored).toEqual(new Map(left.map((token) => [token, put.indexOf(token)])));
    }),
    { numRuns: 300 },
  );
});

it('a node that stands below none is refused', () => {
  const restorer = new TreeRestorer(new Map());
  expect(() => restorer.add({ depths: [2], edges: ['a'], numbers: [0] }, () => undefined)).toThrow(
    RangeError,
  );
});
