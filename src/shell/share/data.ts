import type { Table } from '../contract';
import type { Value } from '../parameters';

/** csv(tables): RFC 4180, all tables one after another, each below its name; numbers as the figure holds them, undiminished. */
export function csv(tables: readonly Table[]): string {
  const lines = tables.flatMap(({ name, columns, rows }, i) => [
    ...(i > 0 ? [''] : []),
    cell(name),
    columns.map(cell).join(','),
    ...rows.map((row) => row.map(cell).join(',')),
  ]);
  return `${lines.join('\r\n')}\r\n`;
}

/** A spreadsheet takes a text that begins like a formula for one, so it gets an apostrophe in front (one more, where it has some: so it can be undone). */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface Description {
  readonly title: string;
  readonly link: string;
  readonly values: Readonly<Record<string, Value>>;
  readonly text: string;
}

/** json(description, tables): the same tables, with what they were computed from. What JSON has no number for (∞) becomes a text. */
export function json({ title, link, values, text }: Description, tables: readonly Table[]): string {
  const shown = (_: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  return `${JSON.stringify({ title, link, parameters: values, description: text, tables }, shown, 2)}\n`;
}
