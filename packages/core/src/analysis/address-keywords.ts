import { closeKeyword, keywordForm } from './keyword.ts';

/** Labels of a domain for which parents are kept; names that are real have far fewer. */
const PARENTS_MOST = 32;

interface Parts {
  readonly local: string;
  readonly domain: string;
}

/**
 * The keywords of one address, in lower case, so that each form of contract section 7 is answered by looking up whole values:
 *
 * - `ann@mail.example.org`: the address;
 * - `ann`: the local part, bare (left out where it holds an `@`, since it could pass for another's address);
 * - `@mail.example.org`, `@example.org`, `@org`: the domain and its parents, each behind an `@`.
 *
 * Of a broken address what there is of it: without `@` all of it is a local part.
 */
export function addressKeywords(address: string): string[] {
  const { local, domain } = partsOf(unbracketed(keywordForm(address, 'lower')));
  const keywords: string[] = [];
  if (local !== '' && domain !== '') keywords.push(`${local}@${domain}`);
  if (local !== '' && !local.includes('@')) keywords.push(local);
  keywords.push(...withParents(domain));
  return [...new Set(keywords.map(closeKeyword))];
}

/**
 * The keywords any one of which a typed address form asks for; null where the text is no such form and is looked for as words.
 *
 * - `ann@example.org` looks up `ann@example.org`;
 * - `@example.org` (the domain and its subdomains) looks up `@example.org`, which addresses in subdomains bear as a parent;
 * - `example.org` (the domain, its subdomains or that local part) looks up `@example.org` and `example.org`.
 */
export function addressFormKeywords(text: string): readonly string[] | null {
  const form = unbracketed(keywordForm(text, 'lower'));
  if (/[\s"'()<>,;:\\*]/.test(form)) return null;
  if (!form.includes('@')) return isDotted(form) ? [`@${form}`, form].map(closeKeyword) : null;
  const { local, domain } = partsOf(form);
  if (domain === '' || local.includes('@')) return null;
  return [closeKeyword(`${local}@${domain}`)];
}

function partsOf(form: string): Parts {
  const at = form.lastIndexOf('@');
  if (at < 0) return { local: form, domain: '' };
  return { local: unquoted(form.slice(0, at).trim()), domain: normalDomain(form.slice(at + 1).trim()) };
}

function unbracketed(form: string): string {
  return form.startsWith('<') && form.endsWith('>') ? form.slice(1, -1).trim() : form;
}

/** `"ann"` and `ann` before an `@` are the same; what needs its quotes keeps them. */
function unquoted(local: string): string {
  return /^"[^\s"@\\]+"$/.test(local) ? local.slice(1, -1) : local;
}

function normalDomain(domain: string): string {
  return domain.split('.').filter(Boolean).join('.');
}

function withParents(domain: string): string[] {
  if (domain === '') return [];
  if (domain.startsWith('[')) return [`@${domain}`];
  const labels = domain.split('.');
  const parents = labels.slice(-PARENTS_MOST).map((_, from, kept) => `@${kept.slice(from).join('.')}`);
  return [`@${domain}`, ...parents];
}

function isDotted(form: string): boolean {
  const labels = form.split('.');
  return labels.length > 1 && labels.every((label) => label !== '');
}
