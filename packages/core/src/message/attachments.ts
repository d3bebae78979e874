import type { Attachment } from './message.ts';
import { type Part, partBytes, type Scan } from './mime-tree.ts';

/** The parts of a message that are no part of what it says, in their order; of a message inside of it only that message as a whole. */
export function attachmentsOf(scan: Scan): readonly Attachment[] {
  const [only, ...others] = scan.parts;
  if (others.length === 0 && only !== undefined && isBodyText(only)) return [];
  return scan.parts.flatMap((part): Attachment[] => {
    if (part.embedded || isBodyText(part)) return [];
    const { type, filename } = part;
    if (part.inner !== null) return [{ filename, type, bytes: part.end - part.start }];
    return part.leaf ? [{ filename, type, bytes: partBytes(scan, part).length }] : [];
  });
}

function isBodyText({ leaf, type, depth, disposition, filename }: Part): boolean {
  if (!leaf || (type !== 'text/plain' && type !== 'text/html')) return false;
  return depth === 0 || (disposition !== 'attachment' && filename === '');
}
