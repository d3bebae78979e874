import type { Document } from '@hayrick/core/backend';
import { withRoom } from './columns.ts';
import { addSlot, emptySet, removeSlot, type SlotSet, unite } from './slot-set.ts';

/** Documents held by the same archives. */
interface Scope {
  readonly archives: readonly string[];
  documents: SlotSet;
}

type Columns = Pick<Document, 'id' | 'date' | 'received' | 'size' | 'archives' | 'digest'>;

const ID_BYTES = 16;

/**
 * What every document has, by slot. A document is told to nobody before it is shown, so that a batch comes into sight as a whole.
 */
export class DocumentTable {
  #ids = new Uint8Array(0);
  #dates = new Float64Array(0);
  #received = new Float64Array(0);
  #sizes = new Float64Array(0);
  #digests = new Float64Array(0);
  #scopeOf = new Uint32Array(0);
  readonly #scopes: Scope[] = [];
  readonly #scopeByArchives = new Map<string, number>();
  readonly #slotById = new Map<string, number>();
  #slots = 0;

  /** Documents in sight. */
  get count(): number {
    return this.#slotById.size;
  }

  /** One more than the highest slot. */
  get slots(): number {
    return this.#slots;
  }

  slotOf(id: string): number | undefined {
    return this.#slotById.get(id);
  }

  idOf(slot: number): string {
    return Buffer.from(this.#ids.buffer, slot * ID_BYTES, ID_BYTES).toString('hex');
  }

  /** Below 0 where the first one's id comes first. */
  compareIds(a: number, b: number): number {
    for (let i = 0; i < ID_BYTES; i++) {
      const difference = (this.#ids[a * ID_BYTES + i] ?? 0) - (this.#ids[b * ID_BYTES + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  dateOf(slot: number): number {
    return this.#dates[slot] ?? 0;
  }

  receivedOf(slot: number): number {
    return this.#received[slot] ?? 0;
  }

  sizeOf(slot: number): number {
    return this.#sizes[slot] ?? 0;
  }

  digestOf(slot: number): number {
    return this.#digests[slot] ?? 0;
  }

  archivesOf(slot: number): readonly string[] {
    return this.#scopes[this.#scopeOf[slot] ?? 0]?.archives ?? [];
  }

  /** Slots of all documents in sight, rising. */
  shown(): number[] {
    return [...this.#slotById.values()].sort((a, b) => a - b);
  }

  /** Documents held by one of the archives. */
  heldBy(archives: readonly string[]): SlotSet {
    const held = emptySet(this.#slots);
    for (const scope of this.#scopes) {
      if (scope.archives.some((archive) => archives.includes(archive))) unite(held, scope.documents);
    }
    return held;
  }

  /** @param slot the next one */
  put(slot: number, { id, date, received, size, archives, digest = 0 }: Columns): void {
    this.#slots = slot + 1;
    this.#ids = withRoom(this.#ids, (slot + 1) * ID_BYTES);
    this.#dates = withRoom(this.#dates, slot + 1);
    this.#received = withRoom(this.#received, slot + 1);
    this.#sizes = withRoom(this.#sizes, slot + 1);
    this.#digests = withRoom(this.#digests, slot + 1);
    this.#scopeOf = withRoom(this.#scopeOf, slot + 1);
    this.#ids.set(Buffer.from(id, 'hex'), slot * ID_BYTES);
    this.#dates[slot] = date;
    this.#received[slot] = received;
    this.#sizes[slot] = size;
    this.#digests[slot] = digest;
    this.#scopeOf[slot] = this.#intern(archives);
  }

  show(slot: number): void {
    const scope = this.#scopes[this.#scopeOf[slot] ?? 0];
    if (scope === undefined) return;
    if (slot >>> 5 >= scope.documents.bits.length) {
      const larger = emptySet(Math.max(2 * this.#slots, 1024));
      unite(larger, scope.documents);
      scope.documents = larger;
    }
    addSlot(scope.documents, slot);
    this.#slotById.set(this.idOf(slot), slot);
  }

  hide(slot: number): void {
    const scope = this.#scopes[this.#scopeOf[slot] ?? 0];
    if (scope !== undefined) removeSlot(scope.documents, slot);
    const id = this.idOf(slot);
    if (this.#slotById.get(id) === slot) this.#slotById.delete(id);
  }

  #intern(archives: readonly string[]): number {
    const key = JSON.stringify(archives);
    const known = this.#scopeByArchives.get(key);
    if (known !== undefined) return known;
    const scope = this.#scopes.length;
    this.#scopes.push({ archives, documents: emptySet(this.#slots) });
    this.#scopeByArchives.set(key, scope);
    return scope;
  }
}
