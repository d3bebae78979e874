/** A rule's right side, in the notation of ISO 14977. */
export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'optional' | 'repeated'; readonly of: Expression };

/** What stands between `? ?`: rules that are told in words alone. */
export interface Grammar {
  readonly rules: ReadonlyMap<string, Expression>;
  readonly inWords: readonly string[];
}

const TOKEN = /"([^"]*)"|'([^']*)'|\?([^?]*)\?|([a-z]+)|([=,|;()[\]{}])/gy;

/** Reads rules such as `run = term , { blank , term } ;`. */
export function readGrammar(text: string): Grammar {
  const tokens = tokensOf(text);
  const rules = new Map<string, Expression>();
  const inWords: string[] = [];
  let at = 0;

  function take(wanted: string): void {
    if (tokens[at] !== wanted) throw new Error(`${wanted} expected, not ${tokens[at]}`);
    at++;
  }
  function choice(): Expression {
    const of = [sequence()];
    for (; tokens[at] === '|'; of.push(sequence())) at++;
    return only('any', of);
  }
  function sequence(): Expression {
    const of = [part()];
    for (; tokens[at] === ','; of.push(part())) at++;
    return only('all', of);
  }
  function part(): Expression {
    const token = tokens[at++] ?? '';
    const [close, kind] = { '[': [']', 'optional'] as const, '{': ['}', 'repeated'] as const }[token] ?? [];
    if (close !== undefined && kind !== undefined) {
      const of = choice();
      take(close);
      return { kind, of };
    }
    if (token === '(') {
      const of = choice();
      take(')');
      return of;
    }
    if (token.startsWith('"')) return { kind: 'text', text: token.slice(1) };
    return { kind: 'rule', name: token };
  }

  while (at < tokens.length) {
    const name = tokens[at++] ?? '';
    take('=');
    if (tokens[at]?.startsWith('?') === true) {
      inWords.push(name);
      at++;
    } else rules.set(name, choice());
    take(';');
  }
  return { rules, inWords };
}

/** Whether a text is of a rule. Rules may not begin with themselves. @param inWords how those that are told in words begin a text */
export function derives(
  { rules }: Grammar,
  rule: string,
  text: string,
  inWords: Readonly<Record<string, RegExp>>,
): boolean {
  const known = new Map<string, ReadonlySet<number>>();

  /** Where what begins at a place may end. */
  function endsOfRule(name: string, from: number): ReadonlySet<number> {
    const key = `${name} ${from}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const expression = rules.get(name);
    const ends = expression === undefined ? endsInWords(name, from) : endsOf(expression, from);
    known.set(key, ends);
    return ends;
  }
  function endsInWords(name: string, from: number): ReadonlySet<number> {
    const pattern = inWords[name];
    if (pattern === undefined) throw new Error(`nothing says what ${name} is`);
    const ends = Array.from({ length: text.length - from }, (_, i) => from + i + 1);
    return new Set(ends.filter((to) => pattern.test(text.slice(from, to))));
  }
  function endsOf(expression: Expression, from: number): ReadonlySet<number> {
    switch (expression.kind) {
      case 'text':
        return new Set(text.startsWith(expression.text, from) ? [from + expression.text.length] : []);
      case 'rule':
        return endsOfRule(expression.name, from);
      case 'any':
        return new Set(expression.of.flatMap((part) => [...endsOf(part, from)]));
      case 'all': {
        let starts: ReadonlySet<number> = new Set([from]);
        for (const part of expression.of)
          starts = new Set([...starts].flatMap((start) => [...endsOf(part, start)]));
        return starts;
      }
      case 'optional':
        return new Set([from, ...endsOf(expression.of, from)]);
      case 'repeated': {
        const ends = new Set([from]);
        // A set is walked through with what is added on the way.
        for (const start of ends) for (const end of endsOf(expression.of, start)) ends.add(end);
        return ends;
      }
    }
  }
  return endsOfRule(rule, 0).has(text.length);
}

function only(kind: 'all' | 'any', of: readonly Expression[]): Expression {
  const [first] = of;
  return of.length === 1 && first !== undefined ? first : { kind, of };
}

/** Signs as they are, names as they are, literals behind a `"`, words behind a `?`. */
function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; ; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    if (TOKEN.lastIndex >= text.length) return tokens;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`no grammar: ${text.slice(at, at + 40)}`);
    const [, double, single, words, name, sign] = match;
    const literal = double ?? single;
    tokens.push(
      literal === undefined ? (words === undefined ? (name ?? sign ?? '') : `?${words}`) : `"${literal}`,
    );
  }
}
