import { type Language, PEOPLE } from './people.ts';
import { type Draft, offsetOf } from './read-threads.ts';

export interface Block {
  readonly kind: 'own' | 'quoted' | 'attribution';
  readonly lines: readonly string[];
}

const WIDTH = 72;

/** The paragraphs of every draft with their quotes filled in. Drafts of a thread come parents first. */
export function layOut(drafts: readonly Draft[]): ReadonlyMap<Draft, readonly Block[]> {
  const all = new Map<Draft, readonly Block[]>();
  for (const draft of drafts) all.set(draft, blocksOf(draft, all));
  return all;
}

/** The body's lines, signature included, list footer not. With `soft`, wrapped lines end as RFC 3676 wants it. */
export function bodyLines(draft: Draft, blocks: readonly Block[], soft: boolean): string[] {
  const lines: string[] = [];
  for (const [i, block] of blocks.entries()) {
    if (i > 0 && blocks[i - 1]?.kind !== 'attribution') lines.push('');
    lines.push(...(block.kind === 'own' ? fill(block.lines, draft, soft) : block.lines));
  }
  if (hasSignature(draft)) lines.push('', '-- ', ...draft.who.signature);
  return lines;
}

export function hasSignature(draft: Draft): boolean {
  const { who, options } = draft;
  return (
    who.signature.length > 0 &&
    !options.has('nosig') &&
    !options.has('patch') &&
    options.get('html')?.[0] !== 'only'
  );
}

function blocksOf(draft: Draft, known: ReadonlyMap<Draft, readonly Block[]>): Block[] {
  const blocks: Block[] = [];
  let attributed = draft.options.has('noattr');
  for (const source of draft.blocks) {
    const mark = /^>> (?:(\*)|(\d+)(?:-(\d+))?)$/.exec(source);
    const isQuote = mark !== null || /^>/.test(source);
    if (isQuote && !attributed && draft.parent !== null) {
      blocks.push({ kind: 'attribution', lines: [attribution(draft, draft.parent)] });
      attributed = true;
    }
    if (mark === null) blocks.push({ kind: isQuote ? 'quoted' : 'own', lines: source.split('\n') });
    else blocks.push(quote(draft, mark, known));
  }
  return blocks;
}

function quote(draft: Draft, mark: RegExpExecArray, known: ReadonlyMap<Draft, readonly Block[]>): Block {
  const { parent } = draft;
  const whole = parent === null ? undefined : known.get(parent);
  if (parent === null || whole === undefined) throw new Error(`${draft.key}: quotes, but answers nothing`);
  const [, star, from, to] = mark;
  const countable = star === undefined ? whole.filter((b) => b.kind !== 'attribution') : whole;
  const chosen = star === undefined ? countable.slice(Number(from) - 1, Number(to ?? from)) : countable;
  if (chosen.length === 0) throw new Error(`${draft.key}: no paragraph ${from} to quote`);
  const lines = chosen.flatMap((block, i) => [
    ...(i > 0 && chosen[i - 1]?.kind !== 'attribution' ? ['>'] : []),
    ...(block.kind === 'own' ? fill(block.lines, parent, false) : block.lines).map(quoteLine),
  ]);
  return { kind: 'quoted', lines };
}

function quoteLine(line: string): string {
  if (line === '') return '>';
  return line.startsWith('>') ? `>${line}` : `> ${line}`;
}

/** A paragraph on one line is wrapped at blanks; one on several lines is left alone. */
function fill(lines: readonly string[], draft: Draft, soft: boolean): string[] {
  const [only = ''] = lines;
  if (lines.length > 1 || only.length <= WIDTH || draft.options.has('pre')) return [...lines];
  const out: string[] = [];
  let line = '';
  for (const word of only.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - 2) {
      out.push(soft ? `${line} ` : line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...out, line];
}

/** Who wrote what is quoted, as each language's mail programs put it. */
function attribution(draft: Draft, parent: Draft): string {
  const local = new Date((parent.sent + offsetOf(draft.who, parent.sent) * 60) * 1000);
  const iso = local.toISOString();
  const [day, time] = [iso.slice(0, 10), iso.slice(11, 16)];
  const [y, m, d] = day.split('-').map(Number);
  const name = parent.who.name;
  const styles: Record<Language, string> = {
    en: `On ${d} ${MONTHS[(m ?? 1) - 1]} ${y} at ${time}, ${name} wrote:`,
    de: `Am ${d}.${m}.${y} um ${time} schrieb ${name}:`,
    fr: `Le ${d}/${m}/${y} à ${time}, ${name} a écrit :`,
    es: `El ${d}/${m}/${y} a las ${time}, ${name} escribió:`,
    ru: `${d}.${m}.${y} ${time}, ${name} пишет:`,
    zh: `${name} 于 ${day} ${time} 写道：`,
    ja: `${day} ${time}, ${name} wrote:`,
    hi: `${day} ${time} को ${name} ने लिखा:`,
    ar: `في ${day} ${time} كتب ${name}:`,
    ko: `${day} ${time}, ${name} 님이 쓴 글:`,
    el: `Στις ${d}/${m}/${y} ${time}, ${name} έγραψε:`,
    th: `เมื่อ ${day} ${time} ${name} เขียนว่า:`,
  };
  if (draft.who === PEOPLE.get('meiling')) return `${name} 於 ${day} ${time} 寫道：`;
  if (draft.who === PEOPLE.get('pete') || draft.who === PEOPLE.get('sigrid')) return `${name} writes:`;
  return styles[draft.options.get('lang')?.[0] as Language] ?? styles[draft.who.language];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
