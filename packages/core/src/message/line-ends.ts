// Hot: bench/src/cases/parse.ts.
const LF = 10;
const CR = 13;

/**
 * The same bytes with every line end as LF: CR LF, CR CR LF (and any longer run of CR before an LF) and a CR alone
 * all count as one. Answers the buffer itself where it holds no CR.
 */
export function withLfLineEnds(bytes: Buffer): Buffer {
  let from = bytes.indexOf(CR);
  if (from === -1) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  out.set(bytes.subarray(0, from));
  let to = from;
  let pending = 0;
  for (; from < bytes.length; from++) {
    const byte = bytes[from] ?? 0;
    if (byte === CR) {
      pending++;
      continue;
    }
    if (pending > 0) {
      // A run of CR that no LF follows: so many empty lines of a mail with CR alone.
      if (byte !== LF) for (; pending > 0; pending--) out[to++] = LF;
      pending = 0;
    }
    out[to++] = byte;
  }
  for (; pending > 0; pending--) out[to++] = LF;
  return out.subarray(0, to);
}
