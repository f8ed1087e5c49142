import type { z } from 'zod';

/** The app file does something other than what it must; the message says what, to whoever wrote it. */
export class AppMistake extends Error {
  override readonly name = 'AppMistake';
}

/** Takes what a function of the app file gave. `what` names the function: `workload.request`. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppMistake(`${what} gave what it mustn't:\n${indented(parsed.error)}`);
}

/** Each complaint in a line: where, and what is wrong there. */
export function indented({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `  ${path.join('.') || 'as a whole'}: ${message}`).join('\n');
}
