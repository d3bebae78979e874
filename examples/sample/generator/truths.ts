import { arrival, messageId, recipients, referencesOf } from './headers.ts';
import { hasSignature } from './lay-out.ts';
import type { Written } from './read-all.ts';

/**
 * What one mail says, told from its draft alone: nothing here has been through a mail file. Each text is a list of words,
 * lower case; a phrase never leaves its list.
 */
export interface Truth {
  readonly key: string;
  /** Null where the mail has none. */
  readonly id: string | null;
  /** Sorted. */
  readonly archives: readonly string[];
  readonly fields: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Subject, body and attached texts, line by line: for scripts without gaps between words. */
  readonly runs: readonly string[];
  readonly from: string;
  readonly subject: string;
  /** Unix seconds: the Date header where it can be believed, else when it was received. */
  readonly date: number;
  readonly flags: ReadonlySet<string>;
}

/** One for every distinct mail: a mail to which one list added its footer is two. */
export function truthsOf({ draft, blocks }: Written): Truth[] {
  const { options } = draft;
  const bad = options.has('nodate') || (options.has('date') && !/ 25 /.test(options.get('date')?.[0] ?? ''));
  const subject = options.has('nosubject') ? '' : draft.subject;
  const { to, cc } = recipients(draft);
  const names = [...draft.files.map((f) => f.name), ...(options.get('binary') ?? []).map(fileName)];
  if (options.has('forward')) names.push('forwarded.eml');
  const bodies = { own: [] as string[], quoted: [] as string[] };
  let last = '';
  for (const block of blocks) {
    if (block.kind !== 'attribution') {
      const text = block.lines.join('\n');
      const list = bodies[block.kind];
      // Paragraphs in a row are one text; a quote between them parts them.
      if (last === block.kind && list.length > 0) list[list.length - 1] += `\n${text}`;
      else list.push(text);
    }
    last = block.kind;
  }
  const attached = draft.files.map((f) => f.text);
  const fields = new Map([
    ['subject', [subject]],
    ['from', [draft.who.name, draft.who.address]],
    ['to', to.flatMap((a) => [a.name, a.address])],
    ['cc', cc.flatMap((a) => [a.name, a.address])],
    ['own', bodies.own],
    ['quoted', bodies.quoted],
    ['attached', attached],
    ['filename', names],
    ['signature', hasSignature(draft) ? [draft.who.signature.join('\n')] : []],
  ]);
  const parentId = referencesOf(draft).at(-1);
  const base = {
    key: draft.key,
    id: messageId(draft),
    fields: new Map([...fields].map(([name, values]) => [name, values.map(wordsOf)])),
    runs: [subject, ...bodies.own, ...bodies.quoted, ...attached].flatMap((t) => t.split('\n')),
    from: draft.who.address,
    subject,
    date: bad ? arrival(draft, draft.listName) : draft.sent,
    flags: flagsOf({ draft, blocks }, parentId !== undefined),
  };
  const lists = [draft.listName, ...(options.get('also') ?? [])].sort();
  return [
    { ...base, archives: lists },
    ...(options.get('also-footer') ?? []).map((l) => ({ ...base, archives: [l] })),
  ];
}

function flagsOf({ draft }: Written, answersSomething: boolean): Set<string> {
  const { options } = draft;
  const flags = new Set<string>();
  const inlineOnly = options.get('html')?.[0] === 'related';
  if (draft.files.length > 0 || options.has('forward') || (options.has('binary') && !inlineOnly))
    flags.add('attachment');
  if (options.has('html')) flags.add('html');
  if ([...draft.blocks, ...draft.files.map((f) => f.text)].some((t) => /^diff --git /m.test(t)))
    flags.add('patch');
  if (answersSomething && options.get('refs')?.[0] !== 'none') flags.add('reply');
  return flags;
}

function fileName(binary: string): string {
  return (binary.split(' ')[0] ?? '').replaceAll('_', ' ');
}

/** Runs of letters, marks and digits, lower case, without the accents of Latin, Greek and Cyrillic. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .replaceAll('ς', 'σ')
    .replaceAll('ß', 'ss')
    .normalize('NFC');
  return plain.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
}
