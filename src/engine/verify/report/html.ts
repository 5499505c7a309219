import { visible } from '../../../shared/visible.ts';

/** A piece of a page whose text is safe: made by {@link html} only, from literals of the code and escaped data. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[] | null;

/** Builds a piece of a page. Whatever is put in is escaped, unless it is such a piece itself; null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const literals = withoutIndents(parts);
  let text = literals[0] ?? '';
  for (const [index, value] of values.entries()) text += textOf(value) + (literals[index + 1] ?? '');
  return new Html(text);
}

const known = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The indents of the source would be half of a page of ten thousand rows. */
function withoutIndents(parts: TemplateStringsArray): readonly string[] {
  const before = known.get(parts);
  if (before) return before;
  const literals = parts.map((part) => part.replaceAll(/\n\s*/g, '\n'));
  known.set(parts, literals);
  return literals;
}

export const nothing = new Html('');

function textOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(visible(String(value)));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => entities[found] ?? '');
}
