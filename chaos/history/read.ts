import { readFileSync } from 'node:fs';
import { toHistoryEvent } from './event.ts';
import type { HistoryEvent } from './event.ts';

/**
 * Reads a history file. A last line without its line feed is what a killed harness leaves behind,
 * and is dropped; any other line that isn't an event, or isn't in its place, is an error: a history
 * with holes proves nothing.
 */
export function readHistory(path: string): HistoryEvent[] {
  return parseHistory(readFileSync(path, 'utf8'), path);
}

export function parseHistory(text: string, name = 'history'): HistoryEvent[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      const event = toHistoryEvent(JSON.parse(line));
      if (event.index !== index) throw new Error(`index ${event.index} stands where ${index} belongs`);
      return event;
    } catch (cause) {
      throw new Error(`${name}:${index + 1}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  });
}
