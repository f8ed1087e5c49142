/** Text that is markup already. Everything else is escaped on its way into it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/**
 * Markup with values in it: html`<td>${name}</td>`. Values are escaped, lists are joined, null is
 * nothing. A history holds what a shop under attack answered: none of it may become markup.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    strings.map((part, index) => part + (index < values.length ? textOf(values[index]) : '')).join(''),
  );
}

/** Markup that was written by hand, in a file of its own. Never anything that came from a run. */
export function trusted(text: string): Html {
  return new Html(text);
}

function textOf(value: HtmlValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return value.map(textOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
