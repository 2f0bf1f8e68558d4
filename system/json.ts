/** The frame of every `--json` answer: one document, its first key the schema, `tumpline.AREA.WHAT/1`. */
import type { Fault } from './fault.ts';

/** The text of one document, newline included. */
export function jsonDocument(schema: string, content: object): string {
  return `${JSON.stringify({ schema, ...content }, undefined, 2)}\n`;
}

/** The document that stands in place of an answer. */
export function jsonFault(fault: Fault): string {
  const { code, message, hint } = fault;
  return `${JSON.stringify({ error: { code, message, hint: hint ?? null } }, undefined, 2)}\n`;
}
