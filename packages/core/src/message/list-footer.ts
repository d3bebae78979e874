/** How far a footer is looked for behind its first line, and the most lines it may have: below a rule, and without one. */
const WINDOW = 1_500;
const MAX_LINES = 10;
const MAX_LINES_BARE = 4;

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
  /mailing list|mailman\/|listinfo|unsubscribe(?:.|\n){0,80}(?:https?:|@|list|group)|majordomo|list archives?:|groups\.google\.com|yahoogroups|subscription options|postorius|archives? at http/i;

const HOW_TO_LEAVE =
  /from this (?:mailing )?(?:list|group)|mailing list|mailman\/|listinfo|majordomo|list archives?:|groups\.google\.com|google groups|yahoogroups|yahoo! groups|send (?:the line|an? (?:blank |empty )?e?-?mail|mail)/i;

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
      return isRule(text, start, lineEnd) ? paragraphEnd(text, lineEnd + 1, MAX_LINES, ABOUT_A_LIST) : -1;
    case 84: // T
    case 85: // U
    case 89: // Y
    case 76: // L
      if (!OPENINGS.some((opening) => text.startsWith(opening, start))) return -1;
      return paragraphEnd(text, start, MAX_LINES_BARE, HOW_TO_LEAVE);
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

/** The end of the paragraph at `start`, of so many lines at most, if it speaks of a list; one empty line may stand above it below a rule. */
function paragraphEnd(text: string, start: number, maxLines: number, about: RegExp): number {
  let at = start;
  let lines = 0;
  const bound = Math.min(text.length, start + WINDOW);
  while (at < bound && lines < maxLines) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const isEmpty = end === at || text.slice(at, Math.min(end, at + 8)).trim() === '';
    if (isEmpty && !(at === start && about === ABOUT_A_LIST)) break;
    if (text.charCodeAt(at) === 62) return -1;
    if (!isEmpty) lines++;
    at = Math.min(end + 1, text.length);
  }
  return lines > 0 && about.test(text.slice(start, Math.min(at, bound))) ? at : -1;
}
