import { deserialize, serialize } from 'node:v8';
import type { Change } from './backend.ts';

/**
 * Changes as bytes that can be handed from thread to thread without being taken apart on the way.
 * Good within one run of one program only.
 */
export interface PackedChanges {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Entries in it. */
  readonly count: number;
}

export function packChanges(changes: readonly Change[]): PackedChanges {
  // A buffer of its own, so that the bytes can be transferred.
  return { bytes: new Uint8Array(serialize(changes)), count: changes.length };
}

export function unpackChanges({ bytes }: PackedChanges): readonly Change[] {
  return deserialize(bytes) as readonly Change[];
}
