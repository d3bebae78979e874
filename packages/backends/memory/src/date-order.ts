import type { Position } from '@hayrick/core/backend';
import type { DocumentTable } from './document-table.ts';
import { firstPlace, type SortedSlots } from './sorted-slots.ts';

/** All documents from the oldest to the newest, or the other way round. Ties stand in the order of ids both times. */
export interface DateOrder {
  /** By place. */
  readonly slots: Uint32Array;
  /** By slot; of slots without a document it says nothing. */
  readonly places: Uint32Array;
  /** The first place behind a position, whether a document stands there or not. */
  placeBehind(position: Position): number;
}

/** @param dates of `documents`, with ties in the order of ids */
export function dateOrder(documents: DocumentTable, dates: SortedSlots, newest: boolean): DateOrder {
  const { slots: oldestFirst, values } = dates.settled();
  const slots = newest ? turnedRound(oldestFirst, values) : oldestFirst;
  const places = new Uint32Array(documents.slots);
  for (let place = 0; place < slots.length; place++) places[slots[place] ?? 0] = place;

  return {
    slots,
    places,
    placeBehind({ date, id }) {
      // Of one second, from the smallest id on: the same piece in both orders.
      const first = firstPlace(values, (value) => value >= date);
      const end = firstPlace(values, (value) => value > date);
      const at = firstPlace(oldestFirst.subarray(first, end), (slot) => documents.idOf(slot) > id);
      return newest ? values.length - end + at : first + at;
    },
  };
}

/** Seconds in the opposite order, each as it was. */
function turnedRound(slots: Uint32Array, values: Float64Array): Uint32Array {
  const turned = new Uint32Array(slots.length);
  let end = slots.length;
  for (let at = 0; end > 0; ) {
    let first = end - 1;
    while (first > 0 && values[first - 1] === values[end - 1]) first--;
    turned.set(slots.subarray(first, end), at);
    at += end - first;
    end = first;
  }
  return turned;
}
