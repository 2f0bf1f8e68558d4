/** `olm why PACKAGE`: the chains from the lines of the list to a package that olm has taken. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { nearest } from '../system/nearest.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import type { OlmDesk } from '../wrappers/olm/desk.ts';
import type { PublishedState } from '../wrappers/olm/published.ts';
import {
  type Chain,
  packagesNamed,
  publishedStates,
  type Reasons,
  reasonsFor,
} from '../wrappers/olm/reasons.ts';
import { flag, type Invocation } from './command.ts';
import { deskFor } from './olm-desk.ts';

export async function olmWhy(invocation: Invocation): Promise<number> {
  const desk = await deskFor(invocation);
  const states = publishedStates(desk.state);
  const word = invocation.positionals[0] ?? '';
  const found = packagesNamed(states, word);
  if (found.length === 0) throw await notTaken(desk, states, word);
  const answers = found.map(one => reasonsFor(states, one));
  process.stdout.write(
    flag(invocation, 'json')
      ? jsonDocument('tumpline.olm.why/1', { packages: answers })
      : answers.map(reasonsText).join('\n'),
  );
  return 0;
}

async function notTaken(desk: OlmDesk, states: readonly PublishedState[], word: string): Promise<Fault> {
  const shown = printable(word);
  const [name = ''] = word.split('::');
  if (name.includes('/')) {
    const { localView } = await import('../wrappers/olm/local-view.ts');
    const local = localView(desk.located, desk.environment);
    const repos = [...new Set(local.versions(name).flatMap(({ repo }) => repo ?? []))];
    if (repos.length > 0)
      return new Fault('missing', `${shown}: not taken out of an overlay: ::${repos.join(' ::')} has it`, {
        hint: `emerge --pretend ${printable(name)}`,
      });
  }
  const all = states.flatMap(({ packages }) => packages.map(({ cp }) => cp));
  const names = name.includes('/') ? all : all.map(cp => cp.slice(cp.indexOf('/') + 1));
  const near = nearest(name, names);
  return new Fault('missing', `${shown}: olm has taken no such package`, {
    hint: near === undefined ? 'olm list' : `olm why ${printable(near)}`,
  });
}

/** What all versions of a package share need not be said. */
function versions({ cp, cpvs }: Reasons): string {
  return cpvs.map(cpv => cpv.slice(cp.length + 1)).join(' ');
}

function reasonsText(reasons: Reasons): string {
  const paint = painter(process.stdout);
  const lines = [
    `${paint('bold', printable(`${reasons.cp}::${reasons.overlay}`))}  ${printable(versions(reasons))}`,
  ];
  for (const chain of reasons.chains) lines.push('', ...chainLines(chain));
  if (reasons.chains.length === 0)
    lines.push('  nothing that is listed leads to it any more: it stays until olm sync');
  return `${lines.join('\n')}\n`;

  function chainLines({ start, overlay, text, file, line, steps }: Chain): string[] {
    const asked = start === text.replace(/::.*/, '') ? '' : `${text}  `;
    const head = `  ${printable(`${start}::${overlay}`)}  ${paint('dim', printable(`${asked}${file}:${line}`))}`;
    return [
      head,
      ...steps.map(({ cpv, field, atom, to, toOverlay }, depth) => {
        const from = cpv.slice(cpv.lastIndexOf('/') + 1);
        const elsewhere = toOverlay === overlay ? '' : `::${toOverlay}`;
        const why = paint('dim', printable(`${from} ${field} ${atom}`));
        return `  ${'   '.repeat(depth)}└─ ${printable(to)}${elsewhere}  ${why}`;
      }),
    ];
  }
}
