import type { Access, Change, Condition, Document, SearchRequest } from '@hayrick/core/backend';

type Place = Pick<Document, 'date' | 'id'>;

/** Documents in memory, and for each word and keyword of a field the ids of those that hold it. */
export class PostingLists {
  readonly documents = new Map<string, Document>();
  readonly #lists = new Map<string, Set<string>>();
  #looked = 0;

  /** Puts or removes one document. Doing it again changes nothing. */
  apply(change: Change): 'added' | 'updated' | 'removed' | null {
    const id = change.kind === 'put' ? change.document.id : change.id;
    const before = this.documents.get(id);
    if (before !== undefined) for (const key of keysOf(before)) this.#list(key).delete(id);
    if (change.kind === 'remove') return this.documents.delete(id) ? 'removed' : null;
    for (const key of keysOf(change.document)) this.#lists.set(key, this.#list(key).add(id));
    this.documents.set(id, change.document);
    return before === undefined ? 'added' : 'updated';
  }

  /** What matches, of documents in at least one of the archives that may be read. */
  matches(condition: Condition, { archives }: Access): Document[] {
    return this.#all(this.#find(condition)).filter(isIn(archives));
  }

  stored(after: string | null, limit: number) {
    const behind = [...this.documents.values()].filter(({ id }) => after === null || id > after);
    return behind.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  page({ condition, sort, after, offset, limit }: SearchRequest, access: Access) {
    const sign = sort === 'newest' ? -1 : 1;
    const order = (a: Place, b: Place): number =>
      sign * (a.date - b.date) || (a.id < b.id ? -1 : Number(a.id !== b.id));
    const found = this.matches(condition, access).filter((one) => after === null || order(after, one) < 0);
    const page = found.sort(order).slice(offset, offset + limit);
    return page.map(({ id, date }) => ({ id, date, score: null }));
  }

  /** With how many documents are looked at for an answer: the lengths of all lists that are read. */
  explain(condition: Condition) {
    this.#looked = 0;
    this.#find(condition);
    return { given: JSON.stringify(condition).slice(0, 1000), examined: this.#looked };
  }

  #find(condition: Condition): Set<string> {
    const find = (part: Condition): Set<string> => this.#find(part);
    const all = (): Set<string> => this.#look(new Set(this.documents.keys()));
    switch (condition.kind) {
      case 'none':
        return new Set();
      case 'all':
        return all();
      case 'and':
        return condition.of.length === 0 ? all() : intersection(condition.of.map(find));
      case 'or':
        return union(condition.of.map(find));
      case 'not':
        return all().difference(find(condition.of));
      case 'phrase': {
        const tokens = condition.items.flatMap((item) => (item.kind === 'token' ? item.token : []));
        return union(condition.fields.map((field) => this.#phrase(field, tokens)));
      }
      case 'keyword':
        return this.#look(this.#list(`keyword ${condition.field} ${condition.value}`));
      case 'keyword-prefix': {
        const prefix = `keyword ${condition.field} ${condition.prefix}`;
        const lists = [...this.#lists].filter(([key]) => key.startsWith(prefix));
        return this.#look(union(lists.map(([, ids]) => ids)));
      }
      case 'ids':
        return this.#look(new Set(condition.ids.filter((id) => this.documents.has(id))));
      case 'archives':
        return idsOf(this.#all(all()).filter(isIn(condition.names)));
      case 'range': {
        const { field, from, to } = condition;
        const within = (n: number): boolean => (from === null || n >= from) && (to === null || n <= to);
        return idsOf(this.#all(all()).filter((document) => numbersOf(document, field).some(within)));
      }
      default:
        throw new TypeError(`${condition.kind} is not declared in supports, so core does not ask for it`);
    }
  }

  /** Tokens stand between single blanks, and a boundary is a token that nothing asks for: no phrase crosses it. */
  #phrase(field: string, tokens: readonly string[]): Set<string> {
    const holding = tokens.map((token) => this.#look(this.#list(`word ${field} ${token}`)));
    const text = ` ${tokens.join(' ')} `;
    const stands = (document: Document): boolean => ` ${document.text[field]} `.includes(text);
    return idsOf(this.#all(intersection(holding)).filter((one) => tokens.length === 1 || stands(one)));
  }

  #all(ids: Set<string>): Document[] {
    return [...ids].flatMap((id) => this.documents.get(id) ?? []);
  }

  #look(ids: Set<string>): Set<string> {
    this.#looked += ids.size;
    return ids;
  }

  #list(key: string): Set<string> {
    return this.#lists.get(key) ?? new Set();
  }
}

function* keysOf({ text, keywords }: Document): Generator<string> {
  for (const [field, tokens] of Object.entries(text))
    for (const token of new Set(tokens.split(' '))) yield `word ${field} ${token}`;
  for (const [field, values] of Object.entries(keywords))
    for (const value of values) yield `keyword ${field} ${value}`;
}

function numbersOf({ date, received, size, numbers }: Document, field: string): readonly number[] {
  return { ...numbers, date: [date], received: [received], size: [size] }[field] ?? [];
}

const isIn = (names: readonly string[]) => (document: Document) =>
  document.archives.some((name) => names.includes(name));
const idsOf = (documents: readonly Document[]): Set<string> => new Set(documents.map(({ id }) => id));
const union = (sets: readonly Set<string>[]): Set<string> => new Set(sets.flatMap((ids) => [...ids]));
const intersection = (sets: readonly Set<string>[]): Set<string> => sets.reduce((a, b) => a.intersection(b));
