import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Copy, mboxOf, rawMail } from './mail-folder.ts';
import { storedXz } from './stored-xz.ts';

/** The archives of this tree, as settings have them: each kind of source whose files are mail. */
export const TREE_ARCHIVES = {
  boxes: { paths: ['mail/boxes'] },
  others: { paths: ['mail/others/*'] },
  months: { paths: ['mail/months'] },
  dir: { paths: ['mail/dir'] },
  mh: { paths: ['mail/mh'] },
  loose: { paths: ['mail/loose'] },
} as const;

/** What happens to the tree: numbers choose among what there is. */
export interface Happening {
  readonly what: (typeof HAPPENINGS)[number];
  readonly at: number;
  readonly to: number;
  readonly copies: readonly Copy[];
}

export const HAPPENINGS = [
  'add',
  'grow',
  'tear',
  'rewrite',
  'rename',
  'move',
  'delete',
  'restore',
  'compress',
] as const;

type Form = 'mbox' | 'months' | 'maildir' | 'mh' | 'eml';
type Packing = keyof typeof PACKINGS;

interface TreeFile {
  readonly form: Form;
  readonly packing: Packing;
  readonly copies: readonly Copy[];
  /** What is still missing of the last message. */
  readonly rest: string;
}

const PACKINGS = {
  '': (text: string) => Buffer.from(text),
  '.gz': (text: string) => gzipSync(text),
  '.zst': (text: string) => zstdCompressSync(text),
  '.xz': (text: string) => storedXz(Buffer.from(text)),
} as const;
const FOLDERS: Readonly<Record<Form, readonly string[]>> = {
  mbox: ['boxes', 'others', 'boxes/below'],
  months: ['months'],
  maildir: ['dir/new', 'dir/cur', 'dir/.Sent/cur', 'dir/.Sent/new'],
  mh: ['mh/inbox', 'mh/kept'],
  eml: ['loose', 'loose/a', 'loose/a/b'],
};

/** A folder with archives of every kind; what it should hold can be read from it by a fresh build. */
export class MailTree {
  readonly #directory: string;
  readonly #files = new Map<string, TreeFile>();
  readonly #deleted: { path: string; file: TreeFile; bytes: Buffer; modified: Date }[] = [];
  #names = 0;

  constructor(directory: string) {
    this.#directory = directory;
    for (const folder of [
      'dir/new',
      'dir/cur',
      'dir/tmp',
      'dir/.Sent/new',
      'dir/.Sent/cur',
      'dir/.Sent/tmp',
    ]) {
      mkdirSync(this.#path(folder), { recursive: true });
    }
    // A file that stays, so that no folder is ever taken for a disk that is not mounted.
    for (const [i, form] of (['mbox', 'months', 'maildir', 'mh', 'eml'] as const).entries()) {
      for (const [j, folder] of FOLDERS[form].entries()) {
        this.#write(`${folder}/${this.#newName(form, i)}`, {
          form,
          packing: '',
          copies: [{ mail: i + j, day: j }],
          rest: '',
        });
      }
    }
  }

  /** Does it, or as much of it as makes sense here. */
  happen({ what, at, to, copies }: Happening): void {
    const [path, file] = this.#pick(at);
    const deeds: Readonly<Record<Happening['what'], () => void>> = {
      add: () => this.#add(at, to, copies),
      grow: () => this.#grow(path, file, copies, 0),
      tear: () => this.#grow(path, file, copies.slice(0, 1), 1 + (to % 45)),
      rewrite: () => this.#rewrite(path, file, to, copies),
      rename: () => this.#rename(path, file, dirname(path), to),
      move: () => this.#rename(path, file, FOLDERS[file.form][to % FOLDERS[file.form].length] ?? '', to),
      delete: () => this.#delete(path, file),
      restore: () => this.#restore(),
      compress: () => this.#compress(path, file, to),
    };
    deeds[what]();
  }

  #add(at: number, to: number, copies: readonly Copy[]): void {
    const forms = Object.keys(FOLDERS) as Form[];
    const form = forms[at % forms.length] ?? 'mbox';
    const folder = FOLDERS[form][to % FOLDERS[form].length] ?? '';
    const many = form === 'mbox' || form === 'months';
    this.#write(`${folder}/${this.#newName(form, to)}`, {
      form,
      packing: '',
      copies: many ? copies : copies.slice(0, 1),
      rest: '',
    });
  }

  /** As if a delivery were under way, where so many characters of the last message are held back. */
  #grow(path: string, file: TreeFile, copies: readonly Copy[], held: number): void {
    const isBox = file.form === 'mbox' || file.form === 'months';
    if (!isBox || file.packing !== '') return;
    const text = file.rest + textOf({ ...file, copies });
    const cut = text.length - held;
    appendFileSync(this.#path(path), text.slice(0, cut));
    this.#files.set(path, { ...file, copies: [...file.copies, ...copies], rest: text.slice(cut) });
  }

  #rewrite(path: string, file: TreeFile, to: number, copies: readonly Copy[]): void {
    const left = file.copies.filter((_, i) => (i + to) % 3 !== 0);
    const other = to % 2 === 0 ? left.toReversed() : left;
    const next = file.form === 'mbox' || file.form === 'months' ? [...other, ...copies] : copies.slice(0, 1);
    // Messages of a Maildir are not written again under their name.
    if (file.form !== 'maildir') this.#write(path, { ...file, copies: next, rest: '' });
  }

  #rename(path: string, file: TreeFile, folder: string, to: number): void {
    const name =
      file.form === 'maildir' ? flagged(path, folder, to) : `${this.#newName(file.form, to)}${file.packing}`;
    const next = `${folder}/${name}`;
    if (next === path || existsSync(this.#path(next)) || this.#isLast(path)) return;
    renameSync(this.#path(path), this.#path(next));
    this.#files.delete(path);
    this.#files.set(next, file);
  }

  #delete(path: string, file: TreeFile): void {
    if (this.#isLast(path)) return;
    const whole = this.#path(path);
    this.#deleted.push({ path, file, bytes: readFileSync(whole), modified: statSync(whole).mtime });
    rmSync(whole);
    this.#files.delete(path);
  }

  /** From a backup: with the time it had. */
  #restore(): void {
    const last = this.#deleted.pop();
    if (last === undefined || existsSync(this.#path(last.path))) return;
    writeFileSync(this.#path(last.path), last.bytes);
    utimesSync(this.#path(last.path), last.modified, last.modified);
    this.#files.set(last.path, last.file);
  }

  /** Under another packing, as programs that pack do: the old file goes. */
  #compress(path: string, file: TreeFile, to: number): void {
    if (file.form === 'maildir' || file.form === 'mh' || file.rest !== '' || this.#isLast(path)) return;
    const packings = Object.keys(PACKINGS) as Packing[];
    const packing = packings[to % packings.length] ?? '';
    const bare = path.slice(0, path.length - file.packing.length);
    if (packing === file.packing || existsSync(this.#path(bare + packing))) return;
    this.#write(bare + packing, { ...file, packing });
    rmSync(this.#path(path));
    this.#files.delete(path);
  }

  #write(path: string, file: TreeFile): void {
    mkdirSync(dirname(this.#path(path)), { recursive: true });
    writeFileSync(this.#path(path), PACKINGS[file.packing](textOf(file)));
    this.#files.set(path, file);
  }

  #pick(at: number): readonly [string, TreeFile] {
    const all = [...this.#files];
    const picked = all[at % all.length];
    if (picked === undefined) throw new Error('the tree is empty');
    return picked;
  }

  /** Whether nothing else is in its folder. */
  #isLast(path: string): boolean {
    return ![...this.#files.keys()].some((other) => other !== path && dirname(other) === dirname(path));
  }

  #newName(form: Form, day: number): string {
    const n = ++this.#names;
    switch (form) {
      case 'mbox':
        return `n${n}.mbox`;
      case 'months':
        return `2020-n${n}.txt`;
      case 'maildir':
        return `${1_583_000_000 + (day % 12) * 3600}.${n}.host`;
      case 'mh':
        return String(n);
      case 'eml':
        return `n${n}.eml`;
    }
  }

  #path(name: string): string {
    return join(this.#directory, 'mail', name);
  }
}

function textOf({ form, copies }: Pick<TreeFile, 'form' | 'copies'>): string {
  if (form === 'mbox') return mboxOf(copies);
  if (form === 'months')
    return mboxOf(copies).replaceAll(/^(From:?[^\n]*?)<?(ann\d?)@(example\.org)>?/gmu, obscured);
  return copies[0] === undefined ? '' : rawMail(copies[0]);
}

/** As Pipermail does: `From: ann1 at example.org (Ann 1)`. */
function obscured(_: string, before: string, local: string, domain: string): string {
  const name = /^From: (.*) $/u.exec(before)?.[1];
  return name === undefined ? `From ${local} at ${domain}` : `From: ${local} at ${domain} (${name})`;
}

/** The name of a message in cur/ or new/: flags are set in cur/ alone. */
function flagged(path: string, folder: string, to: number): string {
  const unique = path.replace(/^.*\//u, '').replace(/:2,.*$/u, '');
  return folder.endsWith('/new') ? unique : `${unique}:2,${['', 'S', 'FS', 'RS'][to % 4]}`;
}
