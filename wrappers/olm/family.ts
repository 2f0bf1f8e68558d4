/** Which overlays are made together: each with the masters that olm makes as well, since what one takes stands in the other. */

/** What olm has to make: the listed overlays, their masters that are not local, and so on. */
export function generatedNames(
  listed: Iterable<string>,
  masters: ReadonlyMap<string, readonly string[]>,
  isLocal: (name: string) => boolean,
): Set<string> {
  const found = new Set<string>();
  const left = [...listed];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const master of masters.get(name) ?? []) if (master !== name && !isLocal(master)) left.push(master);
  }
  return found;
}

/** The names in groups that share no master among them; each sorted, and the groups by their first name. */
export function families(
  names: Iterable<string>,
  masters: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const all = new Set(names);
  const head = new Map([...all].map(name => [name, name]));
  const headOf = (name: string): string => {
    const above = head.get(name) ?? name;
    return above === name ? name : headOf(above);
  };
  for (const name of all)
    for (const master of masters.get(name) ?? []) if (all.has(master)) head.set(headOf(name), headOf(master));
  const groups = new Map<string, string[]>();
  for (const name of [...all].sort()) {
    const first = headOf(name);
    groups.set(first, [...(groups.get(first) ?? []), name]);
  }
  return [...groups.values()].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

/** Masters before those that have them; within a circle by name. */
export function mastersFirst(
  names: readonly string[],
  masters: ReadonlyMap<string, readonly string[]>,
): string[] {
  const done = new Set<string>();
  const order: string[] = [];
  function visit(name: string): void {
    if (done.has(name) || !names.includes(name)) return;
    done.add(name);
    for (const master of masters.get(name) ?? []) visit(master);
    order.push(name);
  }
  for (const name of [...names].sort()) visit(name);
  return order;
}
