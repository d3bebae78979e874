/** What stands for a file that is not there. */
const NOWHERE = '/dev/null';
/** A name longer than this is cut: no file system has one. */
const LONGEST = 4096;
/** What `git diff` may set before names instead of `a/` and `b/`. */
const ONE_LETTER = /^[a-z]\//;
/** Old diffs part name and time by blanks. */
const TIME = / (?:\d{4}-\d\d-\d\d |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,])/;

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** A name that stands alone, as behind `rename from `: in quotes or not. Latin-1, a character a byte, as are all names here. */
export function writtenName(rest: string): string {
  const text = rest.slice(0, LONGEST);
  return text.startsWith('"') ? (unquoted(text)?.name ?? text) : text.trimEnd();
}

/** The name on a `--- ` or `+++ ` line, behind which a time may stand. */
export function nameOnLine(rest: string): string {
  const text = rest.slice(0, LONGEST);
  if (text.startsWith('"')) return writtenName(text);
  const tab = text.indexOf('\t');
  if (tab !== -1) return text.slice(0, tab).trimEnd();
  const time = TIME.exec(text);
  return (time === null ? text : text.slice(0, time.index)).trimEnd();
}

/**
 * Both names of a `diff --git` line, or null where it cannot be told where the first one ends: then other lines say it.
 * Names with blanks are told from one another where they are the same but for their prefixes.
 */
export function namesOnGitLine(rest: string): readonly [string, string] | null {
  const text = rest.slice(0, 2 * LONGEST).trimEnd();
  if (text.startsWith('"')) {
    const first = unquoted(text);
    return first === null ? null : [first.name, writtenName(text.slice(first.end).trimStart())];
  }
  if (text.endsWith('"')) {
    const quote = text.indexOf(' "');
    return quote === -1 ? null : [text.slice(0, quote), writtenName(text.slice(quote + 1))];
  }
  const blank = text.indexOf(' ');
  if (blank === -1) return null;
  if (text.indexOf(' ', blank + 1) === -1) return [text.slice(0, blank), text.slice(blank + 1)];
  // A prefix may be as long as the other, or missing on both sides.
  const middle = text.length >> 1;
  const first = text.slice(0, middle);
  const second = text.slice(middle + 1);
  if (text.charAt(middle) !== ' ' || first.length !== second.length) return null;
  return withoutFirst(first) === withoutFirst(second) ? [first, second] : null;
}

/**
 * The files that a pair of names speaks of: without their first folder where the two differ in it, as `a/` and `b/` or `linux.orig/` and
 * `linux/` do; where one of them is no file, without a folder of one letter.
 */
export function filesOfPair(before: string, after: string): readonly string[] {
  if (before === NOWHERE || after === NOWHERE) {
    return [before, after].flatMap((name) => {
      if (name === NOWHERE || name === '') return [];
      return [ONE_LETTER.test(name) ? withoutFirst(name) : name];
    });
  }
  const names = firstOf(before) === firstOf(after) ? [before, after] : [before, after].map(withoutFirst);
  return names.filter((name) => name !== '');
}

function firstOf(name: string): string {
  return name.slice(0, name.indexOf('/') + 1);
}

function withoutFirst(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** A name in quotes, as C writes strings; null where the closing one is missing. */
function unquoted(text: string): { readonly name: string; readonly end: number } | null {
  let name = '';
  for (let at = 1; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"') return { name, end: at + 1 };
    if (c !== '\\') {
      name += c;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
    if (octal !== undefined) {
      name += String.fromCharCode(Number.parseInt(octal, 8));
      at += 3;
    } else {
      at++;
      const code = ESCAPES[text.charAt(at)];
      name += code === undefined ? text.charAt(at) : String.fromCharCode(code);
    }
  }
  return null;
}
