import { expect, it } from 'vitest';
import { shown } from './shown.ts';

it.each([
  ['', '""'],
  ['foo', '"foo"'],
  ['a "b"', '"a \\"b\\""'],
  ['a\nb\u001b[1m', '"a\\nb\\u001b[1m"'],
  ['a\u202eb\u0085', '"a\\u{202e}b\\u{85}"'],
  ['😀'.repeat(60), `"${'😀'.repeat(60)}"`],
  ['😀'.repeat(61), `"${'😀'.repeat(60)}…"`],
  ['a'.repeat(4000), `"${'a'.repeat(60)}…"`],
  ['\ud800', '"\ufffd"'],
])('%j is shown as %s', (text, expected) => expect(shown(text)).toBe(expected));
