// Hot: once a keyword of every document. bench: rebuild.

/** Blanks, controls, quotes, `%` itself, and capital letters, which the `ascii` tokenizer would fold. */
const ESCAPED = /[\u0000-\u0020"'%A-Z\u007f]/g;
/** The same without the state of a global one. */
const NEEDS_ESCAPE = /[\u0000-\u0020"'%A-Z\u007f]/;

/** The one token that stands for a keyword in the table `keywords`. Different keywords give different tokens. */
export function keywordToken(field: string, value: string): string {
  return `${field.toLowerCase()}:${escapeKeyword(value)}`;
}

/** The tokens of a field's keywords with a blank behind each. */
export function keywordTokens(field: string, values: readonly string[]): string {
  const prefix = `${field.toLowerCase()}:`;
  let text = '';
  for (const value of values) {
    // Most keywords are addresses in lower case: replacing nothing costs more than looking.
    text += `${prefix}${NEEDS_ESCAPE.test(value) ? escapeKeyword(value) : value} `;
  }
  return text;
}

/** `a%41`: injective, and a prefix of a value gives a prefix of its escape. */
function escapeKeyword(value: string): string {
  return value.replace(ESCAPED, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The keyword that a token of a field stands for. */
export function keywordValue(field: string, token: string): string {
  const escaped = token.slice(field.length + 1);
  return escaped.includes('%')
    ? escaped.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : escaped;
}
