/** Why a body can't be an input, in a sentence for its sender. */
export class UnfitBody extends Error {
  override readonly name = 'UnfitBody';
}

/** They name what every object inherits: merged into one by somebody's careless code, they change all of them. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Holds that parsed JSON says what its sender wrote, before anyone looks at what it means.
 *
 * Schemas can't do this: what they don't ask for they drop unseen, and a number that JavaScript has rounded
 * looks like any other. One loop and no recursion, so that depth costs no stack.
 *
 * @throws UnfitBody
 */
export function assertFitJson(json: unknown, maxDepth: number): void {
  const pending: { value: unknown; depth: number }[] = [{ value: json, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') assertText(value);
    if (typeof value === 'number') assertExact(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth === maxDepth) throw new UnfitBody(`The body is nested more than ${maxDepth} levels deep.`);
    for (const [name, member] of Object.entries(value)) {
      if (INHERITED.has(name)) throw new UnfitBody(`The body uses the name ${name}, which no input has.`);
      assertText(name);
      pending.push({ value: member, depth: depth + 1 });
    }
  }
}

function assertText(text: string): void {
  if (!text.isWellFormed()) throw new UnfitBody('The body holds text that is not valid Unicode.');
}

/** 1e400 is parsed as infinity, and 2^53 + 1 as 2^53: not what was sent. */
function assertExact(number: number): void {
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)))
    throw new UnfitBody('The body holds a number that is too large to be exact.');
}
