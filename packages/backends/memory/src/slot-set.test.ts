import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addSlot,
  copyOf,
  eachSlot,
  emptySet,
  hasSlot,
  intersect,
  isEmpty,
  removeSlot,
  type SlotSet,
  sizeOf,
  subtract,
  unite,
} from './slot-set.ts';

const CAPACITY = 100;
const slots = fc.uniqueArray(fc.integer({ min: 0, max: CAPACITY - 1 }));

function setOf(list: Iterable<number>, capacity = CAPACITY): SlotSet {
  const set = emptySet(capacity);
  for (const slot of list) addSlot(set, slot);
  return set;
}

function listOf(set: SlotSet): number[] {
  const list: number[] = [];
  eachSlot(set, (slot) => void list.push(slot));
  return list;
}

const rising = (list: Iterable<number>): number[] => [...list].toSorted((a, b) => a - b);

it('is a set of whole numbers, told in rising order', () => {
  fc.assert(
    fc.property(slots, slots, (some, gone) => {
      const set = setOf(some);
      for (const slot of gone) removeSlot(set, slot);
      const left = new Set(some).difference(new Set(gone));
      expect(listOf(set)).toEqual(rising(left));
      expect(sizeOf(set)).toBe(left.size);
      expect(isEmpty(set)).toBe(left.size === 0);
      expect(some.every((slot) => hasSlot(set, slot) === left.has(slot))).toBe(true);
    }),
  );
});

it('is united, intersected and subtracted in place', () => {
  fc.assert(
    fc.property(slots, slots, (some, others) => {
      const [a, b] = [new Set(some), new Set(others)];
      const results: readonly [(set: SlotSet, other: SlotSet) => void, Set<number>][] = [
        [unite, a.union(b)],
        [intersect, a.intersection(b)],
        [subtract, a.difference(b)],
      ];
      for (const [change, expected] of results) {
        const set = setOf(some);
        const before = copyOf(set);
        change(set, setOf(others));
        expect(listOf(set)).toEqual(rising(expected));
        expect(listOf(before)).toEqual(rising(some));
      }
    }),
  );
});

it('takes sets of other capacities for what they hold within its own', () => {
  const small = setOf([1, 31], 32);
  expect(listOf(small)).toEqual([1, 31]);
  const large = setOf([1, 2, 90]);
  intersect(large, small);
  expect(listOf(large)).toEqual([1]);
  unite(small, setOf([2, 90]));
  expect(listOf(small)).toEqual([1, 2, 31]);
  expect([hasSlot(small, 90), hasSlot(small, 1000)]).toEqual([false, false]);
});

it('is walked until enough is seen', () => {
  const seen: number[] = [];
  eachSlot(setOf([3, 31, 32, 64, 99]), (slot) => seen.push(slot) < 3);
  expect(seen).toEqual([3, 31, 32]);
});
