/** `@a-@b`, `@a+@b/@c`: the operators that Portage once had between sets. From left to right, none binds closer. */
export interface SetExpression {
  /** Names are without their @. */
  readonly first: string;
  readonly rest: readonly { readonly operator: '-' | '+' | '/'; readonly name: string }[];
}

/** Undefined for a plain `@set`, and for what is none. */
export function parseSetExpression(text: string): SetExpression | undefined {
  if (!text.startsWith('@')) return undefined;
  const parts = text.slice(1).split(/([-+/])@/);
  const [first = ''] = parts;
  const rest = [];
  for (let at = 1; at < parts.length; at += 2)
    rest.push({ operator: parts[at] as '-' | '+' | '/', name: parts[at + 1] ?? '' });
  if (rest.length === 0 || [first, ...rest.map(({ name }) => name)].includes('')) return undefined;
  return { first, rest };
}
