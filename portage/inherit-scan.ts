/** PMS 10.1: what an ebuild or eclass inherits, told from its text without running it. */

const eclassName = /^[A-Za-z_][\w.-]*$/;
/** Where the command may begin, and the rest of its line. */
const command = /(?:^|[;&|({]|\b(?:then|else|do)\b)[ \t]*(?:\{[ \t]*)?inherit[ \t]+(?=(.*))/gm;
/** A word, or what ends the command. */
const token = /"[^"]*"|'[^']*'|\$\{[^}]*\}|\$\([^)]*\)|[^\s;&|)}#"']+|[;&|)}#]/g;
const assignment = /(?:^|[\s;])([A-Za-z_]\w*)\+?=(?:"([^"$`]*)"|'([^']*)'|\(([^)$`]*)\)|([\w.-]+))/gm;

/**
 * Names in the order of their first mention, conditional ones too. A variable stands for all that the text assigns to
 * it literally; what is put together otherwise is not seen.
 */
export function inheritedEclasses(text: string): string[] {
  const found = new Set<string>();
  if (!text.includes('inherit')) return [];
  const whole = text.replace(/\\\r?\n/g, ' ').replace(/^[ \t]*#.*/gm, '');
  let variables: Map<string, string[]> | undefined;
  for (const [, rest = ''] of whole.matchAll(command)) {
    for (const [word] of rest.matchAll(token)) {
      if (/^[;&|)}#]$/.test(word)) break;
      const plain = word.replace(/^(["'])(.*)\1$/, '$2');
      const variable = /^\$(?:\{(\w+)(?:\[[@*]\])?\}|(\w+))$/.exec(plain);
      if (variable) {
        variables ??= literals(whole);
        for (const name of variables.get(variable[1] ?? variable[2] ?? '') ?? []) found.add(name);
      } else for (const name of namesIn(plain)) found.add(name);
    }
  }
  return [...found];
}

function namesIn(text: string): string[] {
  return text.split(/\s+/).filter(word => eclassName.test(word));
}

function literals(text: string): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [, name = '', ...values] of text.matchAll(assignment)) {
    const value = values.find(one => one !== undefined) ?? '';
    result.set(name, [...(result.get(name) ?? []), ...namesIn(value)]);
  }
  return result;
}
