const LF = 10;
const SPACE = 32;
const GREATER = 62;

/**
 * Undoes the soft line breaks of format=flowed with DelSp=yes (RFC 3676): the blank before the line end goes, and with it the quote marks and the
 * stuffed blank of the next line, if it has as many marks. Without DelSp a break stands where a blank stands, and nothing needs to be undone.
 */
export function joinFlowedLines(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let at = 0;
  let softDepth = -1;
  while (at < bytes.length) {
    const found = bytes.indexOf(LF, at);
    const end = found === -1 ? bytes.length : found;
    let content = at;
    while (content < end && bytes[content] === GREATER) content++;
    const depth = content - at;
    if (softDepth === depth) {
      // The break before this line was a soft one: it and the blank before it are taken back.
      to -= 2;
      if (bytes[content] === SPACE) content++;
      to += bytes.copy(out, to, content, end);
    } else to += bytes.copy(out, to, at, end);
    const isSignatureMark = end - content === 3 && bytes.toString('latin1', content, end) === '-- ';
    softDepth = end > content && bytes[end - 1] === SPACE && !isSignatureMark && found !== -1 ? depth : -1;
    if (found !== -1) out[to++] = LF;
    at = end + 1;
  }
  return out.subarray(0, to);
}
