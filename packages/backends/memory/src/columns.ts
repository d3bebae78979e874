type Column = Uint8Array | Uint32Array | Float64Array;

/** The array itself, or a longer copy where it has no room for `length` values. */
export function withRoom<C extends Column>(column: C, length: number): C;
export function withRoom(column: Column, length: number): Column {
  if (length <= column.length) return column;
  const room = Math.max(length, column.length * 2, 64);
  const longer =
    column instanceof Uint8Array
      ? new Uint8Array(room)
      : column instanceof Uint32Array
        ? new Uint32Array(room)
        : new Float64Array(room);
  longer.set(column);
  return longer;
}
