/** One `name=value` as it came, decoded; the name still has its brackets. */
export type FormEntry = readonly [name: string, value: string];

export type FormValue = string | string[] | FormObject;
export interface FormObject {
  [name: string]: FormValue;
}

/** Limits on what a stranger may make us build; Stripe's own requests stay far below. */
const MAX_ENTRIES = 500;
const MAX_DEPTH = 5;

/** A body that isn't a form, said in a sentence for whoever sent it. */
export class MalformedForm extends Error {
  override readonly name = 'MalformedForm';
}

/** Splits `a=1&b[c]=2` into decoded entries, in their order. */
export function decodeForm(text: string): FormEntry[] {
  const pieces = text.split('&').filter((piece) => piece !== '');
  if (pieces.length > MAX_ENTRIES) throw new MalformedForm(`At most ${MAX_ENTRIES} parameters are accepted.`);
  return pieces.map((piece) => {
    const equals = piece.indexOf('=');
    if (equals === -1) throw new MalformedForm(`'${piece.slice(0, 40)}' has no '='.`);
    return [decodeText(piece.slice(0, equals)), decodeText(piece.slice(equals + 1))];
  });
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new MalformedForm(`'${text.slice(0, 40)}' is not valid percent-encoding.`, { cause });
  }
}

/**
 * Nests `metadata[order]=7` and `types[]=card`.
 *
 * `types[0]=card`, as the SDK writes lists, becomes an object with the name `0`: only who knows the parameter
 * knows whether that is a list (`params.ts`) or a metadata entry named 0.
 *
 * Ambiguity is refused where Rack, and so Stripe, would let the last one win: a request about money that says
 * two things says neither.
 */
export function nestForm(entries: readonly FormEntry[]): FormObject {
  const root = emptyObject();
  for (const [name, value] of entries) insert(root, pathOf(name), name, value);
  return root;
}

/** `a[b][]` is `['a', 'b', '']`. */
function pathOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) throw new MalformedForm(`'${name.slice(0, 40)}' is not a parameter's name.`);
  const path = [
    match[1] ?? '',
    ...Array.from((match[2] ?? '').matchAll(/\[([^[\]]*)\]/g), (m) => m[1] ?? ''),
  ];
  if (path.length > MAX_DEPTH) throw new MalformedForm(`'${name.slice(0, 40)}' is nested too deeply.`);
  if (path.slice(0, -1).includes(''))
    throw new MalformedForm(`'${name.slice(0, 40)}' has [] inside its name.`);
  return path;
}

function insert(root: FormObject, path: readonly string[], name: string, value: string): void {
  const again = new MalformedForm(`'${name.slice(0, 40)}' is given more than once.`);
  const isList = path.at(-1) === '';
  const names = isList ? path.slice(0, -1) : path;
  let parent = root;
  for (const segment of names.slice(0, -1)) {
    const child = (parent[segment] ??= emptyObject());
    if (typeof child === 'string' || Array.isArray(child)) throw again;
    parent = child;
  }
  const last = names.at(-1) ?? '';
  const existing = parent[last];
  if (isList && Array.isArray(existing)) existing.push(value);
  else if (existing === undefined) parent[last] = isList ? [value] : value;
  else throw again;
}

/** Without a prototype: `__proto__[x]=1` is then a name like any other. */
function emptyObject(): FormObject {
  return Object.create(null) as FormObject;
}
