import { decodeText } from './charset.ts';
import { decodeLine } from './encoded-word.ts';

/** A header value of the form `value; name=value; …`. Names in lower case, values decoded. */
export interface Parameterised {
  /** In lower case, without comments. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parameters of one header that are read; a sound one has a handful. */
const MAX_PARAMETERS = 1_000;

interface Piece {
  readonly index: number;
  readonly extended: boolean;
  readonly text: string;
}

/**
 * RFC 2045 parameters with RFC 2231 continuations and charsets, and what mailers write instead: encoded words in quotes, raw 8-bit text,
 * unquoted values with blanks, a missing closing quote. Of a name given twice the first counts.
 */
export function parseParameterised(header: string): Parameterised {
  const semicolon = header.indexOf(';');
  const value = withoutComment(semicolon === -1 ? header : header.slice(0, semicolon)).toLowerCase();
  const parameters = new Map<string, string>();
  if (semicolon === -1) return { value, parameters };
  const pieces = new Map<string, Piece[]>();
  for (const [name, text] of rawParameters(header)) addPiece(name, text, parameters, pieces);
  for (const [name, list] of pieces) {
    // RFC 2231 forms win over a plain one that is there for old readers.
    parameters.set(name, joined(list));
  }
  return { value, parameters };
}

/** A parameter's first value as it stands, nothing decoded or collapsed. `name` in lower case. */
export function rawParameter(header: string, name: string): string | undefined {
  for (const [key, text] of rawParameters(header)) if (key === name) return text;
  return undefined;
}

function* rawParameters(header: string): Generator<readonly [string, string]> {
  const semicolon = header.indexOf(';');
  let at = semicolon === -1 ? header.length : semicolon + 1;
  for (let count = 0; at < header.length && count < MAX_PARAMETERS; count++) {
    const equals = nextOf(header, '=', ';', at);
    if (equals >= header.length || header.charCodeAt(equals) === 59) {
      at = equals + 1;
      continue;
    }
    const name = header.slice(at, equals).trim().toLowerCase();
    const [text, next] = valueFrom(header, equals + 1);
    at = next;
    yield [name, text];
  }
}

function addPiece(
  name: string,
  text: string,
  plain: Map<string, string>,
  pieces: Map<string, Piece[]>,
): void {
  const form = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(name);
  if (form === null) {
    if (!plain.has(name)) plain.set(name, decodeLine(text));
    return;
  }
  const base = form[1] ?? '';
  const piece = {
    index: Number(form[2] ?? 0),
    extended: form[2] === undefined || form[3] !== undefined,
    text,
  };
  const list = pieces.get(base);
  if (list === undefined) pieces.set(base, [piece]);
  else list.push(piece);
}

function joined(pieces: readonly Piece[]): string {
  const sorted = pieces.toSorted((a, b) => a.index - b.index);
  let charset = '';
  let extended = false;
  const bytes: Buffer[] = [];
  sorted.forEach((piece, i) => {
    let { text } = piece;
    if (piece.extended) {
      extended = true;
      const mark = i === 0 ? /^([^']*)'[^']*'/.exec(text) : null;
      if (mark !== null) {
        charset = mark[1] ?? '';
        text = text.slice(mark[0].length);
      }
      bytes.push(percentDecoded(text));
    } else bytes.push(Buffer.from(text, 'utf8'));
  });
  const text = decodeText(Buffer.concat(bytes), charset);
  return decodeLine(extended ? text.replace(/[\x00-\x1f]+/g, ' ') : text);
}

function percentDecoded(text: string): Buffer {
  if (!text.includes('%')) return Buffer.from(text, 'utf8');
  const parts = text.split(/((?:%[0-9A-Fa-f]{2})+)/);
  return Buffer.concat(
    parts.map((part, i) =>
      i % 2 === 1 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part, 'utf8'),
    ),
  );
}

/** The value from `from` on, and where the next parameter begins. */
function valueFrom(header: string, from: number): readonly [string, number] {
  let at = from;
  while (header.charCodeAt(at) === 32) at++;
  if (header.charCodeAt(at) !== 34) {
    const end = nextOf(header, ';', ';', at);
    return [
      header
        .slice(at, end)
        .replace(/ \([^()]*\) ?$/, '')
        .trim(),
      end + 1,
    ];
  }
  let text = '';
  let copied = at + 1;
  for (at = copied; at < header.length; at++) {
    const code = header.charCodeAt(at);
    if (code === 34) break;
    if (code !== 92 || at + 1 >= header.length) continue;
    const escaped = header.charCodeAt(at + 1);
    // Only quote and backslash are escapes: Windows writes paths with bare backslashes.
    if (escaped !== 34 && escaped !== 92) continue;
    text += header.slice(copied, at);
    copied = at + 1;
    at++;
  }
  text += header.slice(copied, at);
  return [text, nextOf(header, ';', ';', at) + 1];
}

function nextOf(header: string, one: string, other: string, from: number): number {
  for (let at = from; at < header.length; at++) if (header[at] === one || header[at] === other) return at;
  return header.length;
}

function withoutComment(text: string): string {
  const open = text.indexOf('(');
  if (open === -1) return text.trim();
  const close = text.lastIndexOf(')');
  return (text.slice(0, open) + (close > open ? text.slice(close + 1) : '')).trim();
}
