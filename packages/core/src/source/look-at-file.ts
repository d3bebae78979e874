import { compressionOfHead } from './compression.ts';
import { closeFile, openFile, type ReadCounters, readAt } from './open-file.ts';
import { readPacked } from './packed.ts';
import { isPipermail } from './pipermail.ts';
import { isLoosePostmark, parsePostmark } from './postmark.ts';

/** What a file's first bytes say it is. */
export type FileLook =
  /** Its first line is a postmark. */
  | { readonly is: 'mbox' }
  /** The same, and the first message's addresses have lost their @ (pipermail.ts). */
  | { readonly is: 'pipermail' }
  /** It begins with a message's headers. */
  | { readonly is: 'eml' }
  | { readonly is: 'empty' }
  | { readonly is: 'other'; readonly reason: string };

/** How a file is looked at: by opening it, or by one who remembers what it was. */
export type LookAtFile = (path: string) => Promise<FileLook>;

const HEAD_BYTES = 16 * 1024;
/** Compressed bytes unpacked at a time to see a head. */
const HEAD_STEP = 2048;

/** Headers of which a mail has some; one of the first group at least, so that other files of names and values are not taken for mail. */
const MAIL_HEADERS = new Set([
  'from',
  'to',
  'sender',
  'received',
  'return-path',
  'delivered-to',
  'message-id',
  'x-original-to',
  'apparently-to',
]);
const OTHER_HEADERS = new Set([
  'date',
  'subject',
  'cc',
  'bcc',
  'reply-to',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
]);

/**
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function lookAtFile(path: string, counters?: ReadCounters): Promise<FileLook> {
  const head = (await headOf(path, counters)).toString('latin1');
  if (head === '') return { is: 'empty' };
  if (head.startsWith('PK\x03\x04'))
    return { is: 'other', reason: 'zip-compressed: unpack it, or pack it with gzip' };
  return lookAtHead(head);
}

/** The same of a head at hand, as Latin-1. */
function lookAtHead(head: string): FileLook {
  const lines = head.split(/\r\n|\n|\r/);
  const opening = lines.findIndex((line) => line.replace(/^\xef\xbb\xbf/, '') !== '');
  if (opening === -1) return { is: 'empty' };
  const first = (lines[opening] ?? '').replace(/^\xef\xbb\xbf/, '');
  if (first.startsWith('From ')) {
    const rest = first.slice('From '.length);
    if (parsePostmark(rest) !== null)
      return { is: isPipermail(lines.slice(opening).join('\n')) ? 'pipermail' : 'mbox' };
    if (isLoosePostmark(rest) && headerName(lines[opening + 1] ?? '') !== null) return { is: 'mbox' };
  }
  const names = new Set<string>();
  for (const line of lines.slice(opening)) {
    if (line === '') break;
    const name = headerName(line);
    if (name !== null) names.add(name.toLowerCase());
    else if (!/^[ \t]/.test(line) || names.size === 0) break;
  }
  const mail = names.intersection(MAIL_HEADERS).size;
  if (mail > 0 && mail + names.intersection(OTHER_HEADERS).size > 1) return { is: 'eml' };
  return {
    is: 'other',
    reason: 'no mail: it begins neither with a "From " line (mbox) nor with the headers of a message',
  };
}

async function headOf(path: string, counters?: ReadCounters): Promise<Buffer> {
  const file = openFile(path, counters);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const plain = head.subarray(0, readAt(file, head, 0));
    const compression = compressionOfHead(plain);
    if (compression === 'none') return plain;
    let unpacked = Buffer.alloc(0);
    for await (const chunk of readPacked(file, compression, { step: HEAD_STEP })) {
      unpacked = Buffer.concat([unpacked, chunk.subarray(0, HEAD_BYTES - unpacked.length)]);
      if (unpacked.length === HEAD_BYTES) break;
    }
    return unpacked;
  } finally {
    closeFile(file);
  }
}

function headerName(line: string): string | null {
  return /^([!-9;-~]+)[ \t]*:/.exec(line)?.[1] ?? null;
}
