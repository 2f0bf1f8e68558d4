/** `tumpline sets show NAME`: its members as a tree, what became of each, and the line that brings it. */
import { type Member, type SetTree, setTree } from '../sets/tree.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { type Desk, placeText, setNamed, setsDesk, unknownSet } from './sets.ts';
import { namedIn, withPortage } from './sets-facts.ts';

export async function setsShow(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const word = (invocation.positionals[0] ?? '').replace(/^@/, '');
  const isExpression = /[-+/]@/.test(word);
  const source = isExpression ? undefined : setNamed(desk.catalogue, word);
  const name = source?.name ?? word;
  const { lookup, context } = await withPortage(desk, [name]);
  const { tree, result } = setTree(name, lookup, context, desk.installed);
  const unknown = result.problems.find(({ code, path }) => code === 'unknown-set' && path === undefined);
  if (isExpression && unknown) throw unknownSet(desk.catalogue, namedIn(unknown, word));
  const counts = countsOf(desk, result.entries);
  if (flag(invocation, 'json')) {
    const { selected } = desk;
    process.stdout.write(
      jsonDocument('tumpline.sets.show/1', {
        name,
        origin: source?.origin ?? null,
        repository: source?.repository ?? null,
        description: source?.description ?? null,
        shadows: source?.shadows ?? [],
        selected: selected.sets.includes(name),
        ...counts,
        tree,
        problems: result.problems.map(({ path, ...rest }) => ({ path: path ?? null, ...rest })),
      }),
    );
    return 0;
  }
  const paint = painter(process.stdout);
  const about = [
    ...(isExpression ? [] : [desk.selected.sets.includes(name) ? 'selected' : 'not selected']),
    `${counts.installed} of ${counts.total} installed`,
    ...(source?.shadows.length ? [`wins over ${source.shadows.map(printable).join(', ')}`] : []),
  ];
  const lines = [`${paint('set', `@${printable(name)}`)}  ${about.join(', ')}`];
  if (source?.description) lines.push(`  ${printable(source.description)}`);
  if (tree.path !== null) lines.push(`  ${printable(tree.path)}`);
  lines.push(...memberLines(tree.members, '', paint));
  if (tree.shown === 'opaque') lines.push('  only Portage knows what is in it, and it did not say');
  for (const { severity, path, line, what } of result.problems) {
    const said = `${placeText(path, line)}: ${printable(what)}`.replace(/^: /, '');
    lines.push(severity === 'broken' ? paint('red', said) : paint('yellow', said));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function countsOf(desk: Desk, entries: readonly { atom: Parameters<Desk['installed']['match']>[0] }[]) {
  const there = entries.filter(({ atom }) => desk.installed.match(atom).length > 0);
  return { total: entries.length, installed: there.length };
}

type Paint = ReturnType<typeof painter>;

function memberLines(members: readonly Member[], indent: string, paint: Paint): string[] {
  return members.flatMap((member, index): string[] => {
    const last = index === members.length - 1;
    const lead = `${indent}${last ? '└─ ' : '├─ '}`;
    const below = `${indent}${last ? '   ' : '│  '}`;
    const row = (left: string, said: string, style?: Parameters<Paint>[0]) => {
      const room = Math.max(0, 42 - lead.length - left.length);
      const shown = style === undefined ? left : paint(style, left);
      return `${lead}${shown}${' '.repeat(room)}  ${said}`.trimEnd();
    };
    const at = member.line === 0 ? '' : `:${member.line}`;
    switch (member.kind) {
      case 'atom':
        return [row(atomText(member), `${stateText(member)}  ${paint('dim', at)}`, styleOf(member))];
      case 'without':
        return [row(`-${printable(member.text)}`, `taken out  ${paint('dim', at)}`)];
      case 'conditional': {
        const condition = `${member.negated ? '!' : ''}${printable(member.flag)}? ( )`;
        const said = member.holds ? 'holds' : 'does not hold';
        return [row(condition, `${said}  ${paint('dim', at)}`), ...memberLines(member.members, below, paint)];
      }
      default:
        return [
          row(
            `@${printable(member.set.name)}`,
            `${shownText(member.set)}  ${paint('dim', at)}`.trimStart(),
            'set',
          ),
          ...memberLines(member.set.members, below, paint),
        ];
    }
  });
}

type AtomMember = Member & { kind: 'atom' };

function atomText({ optional, text, movedTo }: AtomMember): string {
  return `${optional ? '?' : ''}${printable(movedTo ?? text)}`;
}

function stateText({ state, installed, text, movedTo }: AtomMember): string {
  const versions = installed.map(cpv => printable(cpv.slice(cpv.indexOf('/') + 1))).join(' ');
  const before = movedTo === undefined ? '' : `, ${printable(text)} before`;
  const said: Record<typeof state, string> = {
    installed: versions,
    missing: 'missing',
    optional: 'optional, not installed',
    inactive: 'condition does not hold',
    excluded: 'taken out',
    repeated: 'stands above already',
  };
  return said[state] + before;
}

function styleOf({ state }: AtomMember): Parameters<Paint>[0] | undefined {
  if (state === 'installed') return 'green';
  return state === 'missing' ? 'yellow' : 'dim';
}

function shownText({ shown, path }: SetTree): string {
  const said: Record<typeof shown, string> = {
    whole: printable(path ?? ''),
    above: 'stands above already',
    circle: 'goes round in a circle',
    unknown: 'there is no such set',
    opaque: 'only Portage knows what is in it',
  };
  return said[shown];
}
