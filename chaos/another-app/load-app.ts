import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App } from './app.ts';
import { AppMistake, indented } from './app-mistake.ts';
import { appSchema } from './app-schema.ts';

/** @throws AppMistake if there is no such file, it can't be loaded, or exports something else */
export async function loadApp(file: string): Promise<App> {
  const path = resolve(file);
  if (!existsSync(path)) throw new AppMistake(`There is no ${path}.`);
  const exported = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new AppMistake(
      `${file} can’t be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  });
  const value = (exported as { default?: unknown }).default;
  if (value === undefined) throw new AppMistake(`${file} has no default export: it must be the app.`);
  const parsed = appSchema.safeParse(value);
  if (!parsed.success) throw new AppMistake(`${file} doesn't describe an app:\n${indented(parsed.error)}`);
  return parsed.data;
}
