import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from './html.ts';

const text = (html: string): string => htmlToText(Buffer.from(html)).bytes.toString('utf8');

describe('htmlToText', () => {
  it.each([
    ['<p>one</p><p>two</p>', 'one\ntwo\n'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['un<b>div</b>ided <i>words</i>', 'undivided words'],
    ['  many \n\t blanks  ', 'many blanks'],
    ['<td>a</td><td>b</td>', 'a b'],
    ['<option>a<option>b', 'a\nb'],
    ['<head><title>T</title><style>p { x: y }</style></head><body>b</body>', 'b\n'],
    ['a<script>if (a < b) "</p>"</script>b', 'a b'],
    ['a<!-- no > text -- > here -->b', 'ab'],
    ['a<!-->b-->', 'ab-->'],
    ['a<!-- never closed > b', 'a b'],
    ['a<![CDATA[x]]>b<?xml y?>c<!DOCTYPE html>d', 'abcd'],
    ['<a title="a > b" href=\'x>y\'>link</a>', 'link'],
    ['<a title = "a > b">link</a>', 'link'],
    ['<a title="never closed>link</a>', 'link'],
    ['<a size=3D"4=\n"><b>text</b> "quoted"', 'text "quoted"'],
    ['a < b and 3<4 and <3', 'a < b and 3<4 and <3'],
    ['a</>b</ >c', 'abc'],
    ['caf&eacute; &amp; &lt;tag&gt; &#8364;&#x20AC; &#128;', 'café & <tag> €€ €'],
    ['&eacute &unknown; &; & &#; &#x; &#xZ;', 'é &unknown; &; & &#; &#x; &#xZ;'],
    ['&Alpha;&omega;&hellip;&nbsp;x&#160;y', 'Αω… x y'],
    ['&#0;&#xD800;&#x110000;', '\ufffd\ufffd\ufffd'],
    [
      '<blockquote>quoted<br>lines<blockquote>deeper</blockquote></blockquote>own',
      '> quoted\n> lines\n>> deeper\nown',
    ],
    ['a<blockquote></blockquote>b', 'a\nb'],
    ['<pre>a\n  b\n</pre>c', 'a\n  b\nc'],
    ['<blockquote><pre>a\nb</pre></blockquote>', '> a\n> b\n'],
    ['<title>never closed<p>text', 'never closed\ntext'],
    ['a<style>never closed', 'a'],
    ['日本語<p>テスト', '日本語\nテスト'],
    ['<o:p>a</o:p><x-custom>b</x-custom>', 'ab'],
    ['text <', 'text <'],
    ['text <a', 'text'],
    ['', ''],
  ])('%j is %j', (html, expected) => expect(text(html)).toBe(expected));

  it('leaves plain words as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'abcé中1'), minLength: 1 })), (words) => {
        expect(text(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });

  it('gives UTF-8 for UTF-8, whatever tags there are', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '=',
      '&',
      ';',
      '#',
      '!--',
      '-->',
      '/',
      'p',
      'blockquote',
      'pre',
      ' ',
      '\n',
      'é',
      'a',
      'title',
      'script',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const out = htmlToText(Buffer.from(pieces.join(''))).bytes;
        expect(Buffer.from(out.toString('utf8'))).toEqual(out);
      }),
    );
  });

  // Each of these takes minutes if any text is looked at again and again.
  it.each([
    '<',
    '<a',
    '<!--',
    '<!-- --',
    '<a "',
    "<a='",
    '<a ">',
    '<title>',
    '<script></',
    '<blockquote>',
    '&',
    '&#',
    '<pre>\n',
    '</',
    '<p><',
  ])('is done with four megabytes of %j', (piece) => {
    const html = piece.repeat(Math.floor((4 * 1024 * 1024) / piece.length));
    expect(htmlToText(Buffer.from(html)).cut).toBe(false);
  });

  it('stops at the limit and says so', () => {
    expect(htmlToText(Buffer.alloc(16 * 1024 * 1024 + 1, 'a')).cut).toBe(true);
  });
});
