/**
 * What of patches is indexed, by the rules of docs/fields.md written as plainly as it can be, apart from core's reader. Everything is Latin-1, a
 * character a byte, until it is handed on; the marks before the lines of hunks stay, for they hold no token.
 */
export type ReferencePatches = Readonly<Record<PatchValues, readonly string[]>>;

type PatchValues = 'dfn' | 'dfa' | 'dfb' | 'dfhh' | 'dfctx' | 'dfpre' | 'dfpost';

/** A line of a hunk, or its head, with what a mailer broke off it; or a place where none stands. */
interface Item {
  readonly field: 'dfa' | 'dfb' | 'dfctx' | 'dfhh' | 'gap';
  readonly line: string;
  readonly pieces: string[];
}

const GAP: Item = { field: 'gap', line: '', pieces: [] };
/** From here on lines may have been broken. */
const LONG = 60;
const FIELDS: Readonly<Record<string, 'dfa' | 'dfb' | 'dfctx'>> = {
  '': 'dfctx',
  ' ': 'dfctx',
  '\t': 'dfctx',
  '+': 'dfb',
  '-': 'dfa',
};

export function referencePatches(texts: readonly Uint8Array[]): ReferencePatches {
  const all: Record<PatchValues, string[]> = {
    dfn: [],
    dfa: [],
    dfb: [],
    dfhh: [],
    dfctx: [],
    dfpre: [],
    dfpost: [],
  };
  const put = (field: PatchValues, value: string): void =>
    void all[field].push(Buffer.from(value, 'latin1').toString());
  for (const text of texts) readText(Buffer.from(text).toString('latin1').split('\n'), put);
  const { dfn, dfpre, dfpost, ...lines } = all;
  const once = (values: readonly string[]): string[] => [...new Set(values)];
  return { ...lines, dfn: once(dfn), dfpre: once(dfpre), dfpost: once(dfpost) };
}

function readText(lines: readonly string[], put: (field: PatchValues, value: string) => void): void {
  const items: Item[] = [];
  let [header, file, old, fresh] = [false, false, 0, 0];
  let open: string[] | null = null;
  const isPiece = (line: string): boolean => open !== null && !/^(?:>|diff |@@ -)/.test(line);
  const take = (field: Item['field'], line: string, length = line.length): void => {
    const pieces: string[] = [];
    items.push({ field, line, pieces });
    open = length >= LONG ? pieces : null;
  };
  const takePiece = (line: string): void => {
    open?.push(line);
    if (line.length < LONG) open = null;
  };
  for (let i = 0; i < lines.length; i++) {
    const [line = '', second = '', third = ''] = lines.slice(i, i + 3);
    const isPair = line.startsWith('--- ') && second.startsWith('+++ ') && !(old === 1 && fresh === 1);
    const isNamed = isPair && (header || third.startsWith('@@ -'));
    if (!isNamed && (old > 0 || fresh > 0)) {
      const field = FIELDS[line.charAt(0)];
      if (line.startsWith('\\')) {
        items.push(GAP);
        if (open !== null) open = [];
        continue;
      }
      if (field !== undefined && !(line === '-- ' && old <= 0)) {
        if (field !== 'dfb') old--;
        if (field !== 'dfa') fresh--;
        take(field, line);
        continue;
      }
      if (field === undefined && isPiece(line)) {
        takePiece(line);
        continue;
      }
    }
    [old, fresh] = [0, 0];
    const sizes = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line.slice(0, 80));
    if (!isNamed && isPiece(line) && line !== '' && !(header && isOfHeader(line))) {
      takePiece(line);
      continue;
    }
    open = null;
    items.push(GAP);
    if (isNamed) {
      for (const name of filesOf(timed(line.slice(4)), timed(second.slice(4)))) put('dfn', name);
      [header, file] = [false, true];
      i++;
    } else if (line.startsWith('diff ')) {
      header = line.startsWith('diff --git ');
      file = header;
      const names = header ? bothNames(line.slice(11).trimEnd()) : null;
      for (const name of names === null ? [] : filesOf(...names)) put('dfn', name);
      if (header && line.length >= LONG) open = [];
    } else if (line.startsWith('@@ -')) {
      if (!file || sizes === null) continue;
      header = false;
      [old, fresh] = [Number(sizes[1] ?? 1), Number(sizes[2] ?? 1)];
      take('dfhh', line.slice(sizes[0].length), line.length);
    } else if (header && isOfHeader(line)) {
      const ids = INDEX.exec(line.slice(0, 140));
      if (ids !== null) {
        put('dfpre', (ids[1] ?? '').toLowerCase());
        put('dfpost', (ids[2] ?? '').toLowerCase());
      }
      const moved = MOVED.exec(line)?.[1];
      if (moved !== undefined)
        put(
          'dfn',
          quotedOr(moved, (bare) => bare.trimEnd()),
        );
    } else if (line !== '') header = false;
  }
  for (const [field, value] of values(items)) put(field, value);
}

const INDEX = /^index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})(?![0-9a-f])/i;
const MOVED = /^(?:rename|copy) (?:from|to) (.*)/;

function isOfHeader(line: string): boolean {
  const others = /^(?:(?:old|new|new file|deleted file) mode|(?:dis)?similarity index|Binary files) /;
  return INDEX.test(line.slice(0, 140)) || MOVED.test(line) || others.test(line);
}

/** Lines of one field that follow each other are one value; three lines of a hunk that are junk, and more, are left out. */
function* values(items: readonly Item[]): Generator<readonly [PatchValues, string]> {
  const dropped = junk(items);
  let field: Item['field'] = 'gap';
  let lines: string[] = [];
  for (const item of [...items, GAP]) {
    const next = dropped.has(item) ? 'gap' : item.field;
    if (next !== field || next === 'dfhh') {
      if (field !== 'gap' && lines.some((line) => line !== '')) yield [field, lines.join('\n')];
      field = next;
      lines = [];
    }
    lines.push(item.line, ...item.pieces);
  }
}

function junk(items: readonly Item[]): ReadonlySet<Item> {
  const dropped = new Set<Item>();
  let row: Item[] = [];
  for (const item of items) {
    if (item.field === 'gap') continue;
    const isJunk = /^[!-~]{60,}$/.test(item.line) && !/^[0-9a-f]*$/i.test(item.line);
    row = isJunk && item.field !== 'dfhh' ? [...row, item] : [];
    if (row.length >= 3) for (const one of row) dropped.add(one);
  }
  return dropped;
}

/** Without the first folder where two names differ in it; beside no file, without one of a single letter. */
function filesOf(before: string, after: string): string[] {
  const first = (name: string): string => name.slice(0, name.indexOf('/') + 1);
  const none = [before, after].includes('/dev/null');
  const bare = (name: string): string => {
    const without = none ? /^[a-z]\/$/.test(first(name)) : first(before) !== first(after);
    return without ? name.slice(first(name).length) : name;
  };
  return [before, after].flatMap((name) => (name === '/dev/null' || bare(name) === '' ? [] : [bare(name)]));
}

function bothNames(text: string): [string, string] | null {
  const quoted = /^("(?:[^"\\]|\\.)*")\s*(.*)$|^(.*?) (".*)$/s.exec(text);
  const whole = (name: string): string => quotedOr(name, (bare) => bare.trimEnd());
  if (text.startsWith('"')) return quoted === null ? null : [whole(quoted[1] ?? ''), whole(quoted[2] ?? '')];
  if (text.endsWith('"')) return quoted === null ? null : [quoted[3] ?? '', whole(quoted[4] ?? '')];
  const words = text.split(' ');
  if (words.length === 2) return [words[0] ?? '', words[1] ?? ''];
  const half = (text.length - 1) / 2;
  const [a, b] = [text.slice(0, half), text.slice(half + 1)];
  const tail = (name: string): string => name.slice(name.indexOf('/') + 1);
  return Number.isInteger(half) && text.charAt(half) === ' ' && tail(a) === tail(b) ? [a, b] : null;
}

/** The name of a `--- ` or `+++ ` line, behind which a time may stand. */
function timed(text: string): string {
  return quotedOr(text, (bare) => {
    if (bare.includes('\t')) return bare.replace(/\t.*$/s, '').trimEnd();
    return bare.replace(/ (?:\d{4}-\d\d-\d\d |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,]).*$/s, '').trimEnd();
  });
}

function quotedOr(text: string, otherwise: (bare: string) => string): string {
  const inside = /^"((?:[^"\\]|\\.)*)"/s.exec(text.slice(0, 4096))?.[1];
  if (inside === undefined)
    return text.startsWith('"') ? text.slice(0, 4096) : otherwise(text.slice(0, 4096));
  const named: Readonly<Record<string, string>> = {
    a: '\x07',
    b: '\b',
    t: '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
  };
  return inside.replace(/\\([0-3][0-7]{2}|.)/gs, (_, c: string) =>
    c.length === 3 ? String.fromCharCode(Number.parseInt(c, 8)) : (named[c] ?? c),
  );
}
