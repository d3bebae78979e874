import { HayrickError } from '../errors.ts';
import { HEAD_BYTES, mayBearLengths } from './content-length.ts';
import { closeFile, type OpenFile, openFile, readAt } from './open-file.ts';

/**
 * Whether a range of a plain mbox file can be read without what stands before it: its messages bear no Content-Length. Of others a range costs as much
 * as all before it, so it pays to read them in one piece. True also of a file that cannot be read: reading it will say so.
 */
export function isDivisible(path: string): boolean {
  let file: OpenFile | null = null;
  try {
    file = openFile(path);
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    return !mayBearLengths(head.subarray(0, readAt(file, head, 0)));
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    return true;
  } finally {
    if (file !== null) closeFile(file);
  }
}
