/** Blanks, controls, quotes, `%` itself, and capital letters, which the `ascii` tokenizer would fold. */
const ESCAPED = /[\u0000-\u0020"'%A-Z\u007f]/g;

/** The one token that stands for a keyword in the table `keywords`. Different keywords give different tokens. */
export function keywordToken(field: string, value: string): string {
  return `${field.toLowerCase()}:${escapeKeyword(value)}`;
}

/** `a%41`: injective, and a prefix of a value gives a prefix of its escape. */
function escapeKeyword(value: string): string {
  return value.replace(ESCAPED, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
