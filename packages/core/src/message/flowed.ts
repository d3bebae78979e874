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

/**
 * Lines of a format=flowed text as they were before they were broken and stuffed (RFC 3676), as `git am` reads a patch: of every line the stuffed blank
 * goes, and with a blank at its end it goes on in the next, which may be quoted or not. The mark of a signature stays as it is.
 */
export function undoFlowed(bytes: Buffer, delSp: boolean): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LF, at);
    const end = found === -1 ? bytes.length : found;
    const isMark = end - at === 3 && bytes.toString('latin1', at, end) === '-- ';
    if (isMark && to > 0 && out[to - 1] !== LF) out[to++] = LF;
    const start = !isMark && bytes[at] === SPACE && at < end ? at + 1 : at;
    const goesOn = !isMark && end > start && bytes[end - 1] === SPACE && found !== -1;
    to += bytes.copy(out, to, start, goesOn && delSp ? end - 1 : end);
    if (!goesOn && found !== -1) out[to++] = LF;
    at = end + 1;
  }
  return out.subarray(0, to);
}
