// Hot: once a message. bench: read.
import { HayrickError } from '../errors.ts';
import { type GitOptions, type Repository, runGit } from './git-process.ts';

/** A blob that was asked for. */
export type Blob =
  /** `bytes` is only its beginning where `size` is more; valid until the next blob is asked for. */
  | { readonly kind: 'blob'; readonly size: number; readonly bytes: Buffer }
  /** The repository has no such blob, or cannot read it. */
  | { readonly kind: 'missing'; readonly reason: string };

/** A damaged blob ends git; it is started again behind it. So many in a row, and the repository is given up. */
const DEATHS = 20;
const LINE_FEED = 0x0a;
/** A line of git's: a name, a type, a size. */
const LINE_BYTES = 256;

/**
 * The blobs of these names in their order, one answer each, by one `git cat-file --batch`. Holds one blob at a time, `limit` bytes of it at most.
 * @throws HayrickError SOURCE_UNREADABLE, SOURCE_MISSING
 */
export async function* readBlobs(
  repository: Repository,
  objects: readonly string[],
  limit: number,
  { signal }: Pick<GitOptions, 'signal'> = {},
): AsyncGenerator<Blob, void> {
  let answered = 0;
  let deaths = 0;
  while (answered < objects.length) {
    const input = objects
      .slice(answered)
      .map((object) => `${object}\n`)
      .join('');
    // Unlike line-buffered output --buffer costs no system call an object; the end of the input flushes it.
    const output = new BlobOutput(runGit(repository, ['cat-file', '--batch', '--buffer'], { input, signal }));
    try {
      for (; answered < objects.length; answered++) {
        const blob = await output.next(limit);
        if (blob === null) break;
        deaths = 0;
        yield blob;
      }
      if (answered < objects.length)
        throw new HayrickError('SOURCE_UNREADABLE', `${repository.path} cannot be read: git ended early.`);
    } catch (error) {
      if (!(error instanceof HayrickError) || error.code !== 'SOURCE_UNREADABLE' || ++deaths > DEATHS)
        throw error;
      answered++;
      yield { kind: 'missing', reason: error.message };
    } finally {
      await output.close();
    }
  }
}

/** What cat-file prints: a line of name, type and size, the bytes, a line feed; or a line of name and trouble. */
class BlobOutput {
  readonly #chunks: AsyncGenerator<Buffer, void>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer, void>) {
    this.#chunks = chunks;
  }

  /** Null at the end. */
  async next(limit: number): Promise<Blob | null> {
    const line = await this.#line();
    if (line === null) return null;
    const head = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line);
    if (head === null) return { kind: 'missing', reason: `its blob is ${line.replace(/^[0-9a-f]+ /, '')}` };
    const size = Number(head[2]);
    const bytes = await this.#take(size, Math.min(size, limit));
    await this.#take(1, 0);
    if (head[1] !== 'blob') return { kind: 'missing', reason: `a ${head[1]} stands where its blob should` };
    return { kind: 'blob', size, bytes };
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #line(): Promise<string | null> {
    let text = '';
    for (;;) {
      const end = this.#chunk.indexOf(LINE_FEED);
      if (end !== -1) {
        text += this.#chunk.toString('latin1', 0, end);
        this.#chunk = this.#chunk.subarray(end + 1);
        return text;
      }
      text += this.#chunk.toString('latin1').slice(0, LINE_BYTES);
      if (!(await this.#more())) return null;
    }
  }

  /** Passes `size` bytes and keeps the first ones. */
  async #take(size: number, kept: number): Promise<Buffer> {
    if (size <= this.#chunk.length) {
      const bytes = this.#chunk.subarray(0, kept);
      this.#chunk = this.#chunk.subarray(size);
      return bytes;
    }
    const bytes = Buffer.allocUnsafeSlow(kept);
    let passed = 0;
    while (passed < size) {
      const part = this.#chunk.subarray(0, size - passed);
      if (passed < kept) part.copy(bytes, passed);
      passed += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
      if (passed < size && !(await this.#more()))
        throw new HayrickError('SOURCE_UNREADABLE', 'git ended within a blob');
    }
    return bytes;
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#chunk = next.value;
    return true;
  }
}
