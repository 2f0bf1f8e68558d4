/** `olm check`: what does not fit together, and what to type next. Exit status 1 when something is found. */
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { checkOverlays } from '../wrappers/olm/checks.ts';
import { problemText } from '../wrappers/olm/outcome.ts';
import { publishedOverlays } from '../wrappers/olm/published.ts';
import { flag, type Invocation } from './command.ts';
import { deskFor } from './olm-desk.ts';
import { placed } from './olm-problems.ts';

export async function olmCheck(invocation: Invocation): Promise<number> {
  const desk = await deskFor(invocation);
  const findings = await checkOverlays(desk);
  const checked = publishedOverlays(desk.state);
  if (flag(invocation, 'json')) {
    const told = findings.map(({ overlay, code, ...problem }) => ({
      overlay: overlay === '' ? null : overlay,
      code,
      ...placed(problem),
    }));
    process.stdout.write(jsonDocument('tumpline.olm.check/1', { checked, findings: told }));
  } else {
    const paint = painter(process.stdout);
    for (const finding of findings) {
      const style = finding.code === 'missing-dependency' ? 'yellow' : 'red';
      process.stdout.write(`${paint(style, '!')} ${problemText(finding)}\n`);
      if (finding.hint !== undefined) process.stdout.write(`  try: ${printable(finding.hint)}\n`);
    }
    if (findings.length === 0)
      process.stdout.write(`${checked.length} overlay${checked.length === 1 ? '' : 's'}, nothing is wrong\n`);
  }
  return findings.length === 0 ? 0 : 1;
}
