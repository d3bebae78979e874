/** How far a footer is looked for behind its first line, and the most lines it may have. */
const WINDOW = 1_500;
const MAX_LINES = 10;

/** First words of footers that need no rule above them. */
const OPENINGS = [
  'To unsubscribe',
  'To UNSUBSCRIBE',
  'You received this message because you are subscribed to',
  'You are receiving this mail because',
  'Your use of Yahoo! Groups is subject to',
  'Yahoo! Groups Links',
  'Unsubscribe:',
  'List archives:',
  'List-Archives:',
];

const ABOUT_A_LIST =
  /mailing list|mailman\/|listinfo|unsubscribe|majordomo|list archives?:|groups\.google\.com|yahoogroups|subscription options|postorius|archives? at http/i;

/**
 * The end of a mailing list's footer that begins with the line at `start`, or -1: Mailman's and others' rule of underscores, dashes or equals
 * signs with the list's address below it, majordomo's "To unsubscribe from this list", Google's and Yahoo's groups. It ends with an empty line.
 */
export function listFooterEnd(text: string, start: number, lineEnd: number): number {
  switch (text.charCodeAt(start)) {
    case 95: // _
    case 45: // -
    case 61: // =
    case 42: // *
      return isRule(text, start, lineEnd) ? paragraphEnd(text, lineEnd + 1, true) : -1;
    case 84: // T
    case 85: // U
    case 89: // Y
    case 76: // L
      if (!OPENINGS.some((opening) => text.startsWith(opening, start))) return -1;
      return paragraphEnd(text, start, false);
    default:
      return -1;
  }
}

function isRule(text: string, start: number, lineEnd: number): boolean {
  if (lineEnd - start < 20) return false;
  const sign = text.charCodeAt(start);
  for (let at = start + 1; at < start + 20; at++) if (text.charCodeAt(at) !== sign) return false;
  return lineEnd - start <= 100;
}

/** The end of the paragraph at `start`, if it speaks of a list; one empty line may stand above it. */
function paragraphEnd(text: string, start: number, mayBeginEmpty: boolean): number {
  let at = start;
  let lines = 0;
  const bound = Math.min(text.length, start + WINDOW);
  while (at < bound && lines < MAX_LINES) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const isEmpty = end === at || text.slice(at, Math.min(end, at + 8)).trim() === '';
    if (isEmpty && !(lines === 0 && mayBeginEmpty && at === start)) break;
    if (text.charCodeAt(at) === 62) return -1;
    if (!isEmpty) lines++;
    at = Math.min(end + 1, text.length);
  }
  return lines > 0 && ABOUT_A_LIST.test(text.slice(start, Math.min(at, bound))) ? at : -1;
}
