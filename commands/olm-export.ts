/** `olm export`: the list, with where its overlays come from, for somebody else. */
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { findOverlays, readOverlaysConf } from '../wrappers/olm/overlays.ts';
import type { OverlaySpec } from '../wrappers/olm/spec.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk, problemsOf } from './olm.ts';
import { tellProblems } from './olm-problems.ts';
import { warn } from './report.ts';

/** Exit status 1 where a line or an overlay could not be told of. */
export async function olmExport(invocation: Invocation): Promise<number> {
  const { overlays: desk } = listDesk(invocation, flag(invocation, 'offline'));
  const { selections, problems } = readSelections(desk.overlayman);
  const texts = [...new Set(selections.map(({ text }) => text))];
  const names = [...new Set(selections.map(({ atom }) => atom.repo ?? ''))];
  const { specs, problems: faults } = await findOverlays(names, desk);
  const own = new Set(readOverlaysConf(desk.overlayman).sections.keys());
  tellProblems([...problems, ...problemsOf(faults)]);
  const shared = [...specs.values()].map(withoutSecrets);
  for (const { name, uri, type, key } of specs.values()) {
    if (type === 'local') warn(`${name}: is the directory ${printable(uri)} of this computer`);
    if (key !== undefined) warn(`${name}: is verified with the key ${printable(key)}, which is not exported`);
  }
  if (flag(invocation, 'json')) {
    const overlays = shared.map(one => ({
      name: one.name,
      type: one.type,
      uri: one.uri,
      branch: one.branch ?? null,
      upstream: one.upstream ?? null,
      masters: one.masters ?? null,
      unmask: one.unmask,
      sets: one.sets,
      listed: !own.has(one.name),
    }));
    process.stdout.write(jsonDocument('tumpline.olm.export/1', { selections: texts, overlays }));
  } else process.stdout.write(exportText(texts, shared, own));
  return problems.length + faults.size === 0 ? 0 : 1;
}

/** A password or token in a URI is nobody else's. */
function withoutSecrets(spec: OverlaySpec): OverlaySpec {
  const plain = (uri: string) =>
    uri.replace(/^(https?:\/\/)[^/@]*@/, '$1').replace(/^(\w+:\/\/[^/:@]+):[^/@]*@/, '$1@');
  return {
    ...spec,
    uri: plain(spec.uri),
    ...(spec.upstream === undefined ? {} : { upstream: plain(spec.upstream) }),
  };
}

/** A list as it can stand in etc/overlayman/packages; what belongs into overlays.conf is in its comments. */
function exportText(
  texts: readonly string[],
  specs: readonly OverlaySpec[],
  own: ReadonlySet<string>,
): string {
  const lines = ['# packages out of overlays, for /etc/overlayman/packages: see overlayman(5)', ...texts];
  const listed = specs.filter(({ name }) => !own.has(name));
  const defined = specs.filter(({ name }) => own.has(name));
  for (const { name, uri } of listed) lines.push(`# ${name}: ${printable(uri)}`);
  if (defined.length > 0) lines.push('#', '# for /etc/overlayman/overlays.conf:');
  for (const spec of defined) lines.push('#', ...definition(spec).map(line => `# ${printable(line)}`));
  return `${lines.join('\n')}\n`;
}

function definition({ name, type, uri, upstream, branch, masters, unmask, sets }: OverlaySpec): string[] {
  const lines = [`[${name}]`, `sync-uri = ${uri}`];
  if (type !== 'local') lines.push(`type = ${type}`);
  if (branch !== undefined) lines.push(`branch = ${branch}`);
  if (upstream !== undefined) lines.push(`upstream = ${upstream}`);
  if (masters !== undefined) lines.push(`masters = ${masters.join(' ')}`);
  if (unmask) lines.push('unmask = yes');
  if (sets) lines.push('sets = yes');
  return lines;
}
