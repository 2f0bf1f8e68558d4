/** How what is wrong is told by the commands of olm. */
import { printable } from '../system/printable.ts';
import { type OlmProblem, problemText } from '../wrappers/olm/outcome.ts';
import { warn } from './report.ts';

/** Every key is there, whether or not there is a place. */
export function placed({ file, line, what, hint }: OlmProblem) {
  return { file: file ?? null, line: line ?? 0, what, hint: hint ?? null };
}

export function tellProblems(problems: readonly OlmProblem[]): void {
  for (const problem of problems) {
    warn(problemText(problem));
    if (problem.hint !== undefined) process.stderr.write(`try: ${printable(problem.hint)}\n`);
  }
}
