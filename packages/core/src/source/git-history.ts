// Hot: once a commit. bench: read.
import { HayrickError } from '../errors.ts';
import { type GitOptions, type Repository, runGit } from './git-process.ts';

/** What a commit does to one message. */
export interface Change {
  readonly kind: 'add' | 'delete';
  /** Hexadecimal name of the message's blob. */
  readonly object: string;
}

export interface Commit {
  /** Hexadecimal name. */
  readonly name: string;
  /** Unix seconds of the committer: when the mail arrived (public-inbox writes its Received or the time of import there; the author's is its Date). */
  readonly date: number;
  /** Deletions first, so that what moves between two paths stays. */
  readonly changes: readonly Change[];
}

export interface HistoryOptions extends Pick<GitOptions, 'signal'> {
  /** So many commits from the tip, oldest first. Else all of them, newest first. */
  readonly commits?: number;
}

/** A message in an inbox of the first version: by the SHA-1 of its Message-ID (public-inbox-v1-format). */
const MESSAGE_PATH = /^[0-9a-f]{2}\/[0-9a-f]{38}$/;
const NONE = /^0+$/;
/** A line of --raw: modes, blobs, what was done. */
const RAW = /^\n?:\d+ (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/;
/** As --format has it. */
const HEAD = /^\n?([0-9a-f]{40,64}) (\d+)$/;
const NUL = 0;

/**
 * The history of a repository from its tip along first parents, which is a line: what came by a merge is that merge's change. Of a commit counts what
 * public-inbox keeps there: `m` (a message) and `d` (a message that was deleted) in the second version, paths of 2/38 digits in the first. Everything
 * else in it is passed over.
 * @throws HayrickError SOURCE_UNREADABLE, SOURCE_MISSING
 */
export async function* readHistory(
  repository: Repository,
  { commits, signal }: HistoryOptions = {},
): AsyncGenerator<Commit, void> {
  const some = commits === undefined ? [] : ['--reverse', `--max-count=${commits}`];
  const args = [
    'log',
    '--first-parent',
    '-m',
    '--root',
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--format=%H %ct',
  ];
  const output = runGit(repository, [...args, ...some, repository.tip, '--'], { signal });
  let open: OpenCommit | null = null;
  let meta: RegExpExecArray | null = null;
  for await (const tokens of tokensOf(output)) {
    for (const token of tokens) {
      if (meta !== null) {
        const [, mode = '', before = '', after = ''] = meta;
        open?.change(token, before, /^100/.test(mode) ? after : '');
        meta = null;
        continue;
      }
      meta = RAW.exec(token);
      if (meta !== null) continue;
      const head = HEAD.exec(token);
      if (head === null) throw unknownForm(repository);
      if (open !== null) yield open.commit;
      open = new OpenCommit(head[1] ?? '', Number(head[2]));
    }
  }
  if (open !== null) yield open.commit;
}

class OpenCommit {
  readonly #name: string;
  readonly #date: number;
  readonly #added: Change[] = [];
  readonly #deleted: Change[] = [];

  constructor(name: string, date: number) {
    this.#name = name;
    this.#date = date;
  }

  get commit(): Commit {
    return { name: this.#name, date: this.#date, changes: [...this.#deleted, ...this.#added] };
  }

  /** @param before, after names of blobs; zeros or nothing where there is none */
  change(path: string, before: string, after: string): void {
    const is = (object: string) => object !== '' && !NONE.test(object);
    if (path === 'm') {
      // What was there before was delivered before: it is not deleted by the next.
      if (is(after)) this.#added.push({ kind: 'add', object: after });
    } else if (path === 'd') {
      if (is(after)) this.#deleted.push({ kind: 'delete', object: after });
    } else if (MESSAGE_PATH.test(path)) {
      if (is(before)) this.#deleted.push({ kind: 'delete', object: before });
      if (is(after)) this.#added.push({ kind: 'add', object: after });
    }
  }
}

/** What NULs divide, as it comes. */
async function* tokensOf(chunks: AsyncGenerator<Buffer, void>): AsyncGenerator<string[], void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const tokens: string[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NUL); at !== -1; at = bytes.indexOf(NUL, from)) {
      tokens.push(bytes.toString('latin1', from, at));
      from = at + 1;
    }
    rest = bytes.subarray(from);
    yield tokens;
  }
  if (rest.length > 0) yield [rest.toString('latin1')];
}

function unknownForm({ path }: Repository): HayrickError {
  return new HayrickError(
    'SOURCE_UNREADABLE',
    `${path} cannot be read: git answered in a form that is not known.`,
  );
}
