/** What plays a run, or one play of it, again by what was saved. */
export function replayCommand(run: string, play: string | null = null): string {
  return `npm run chaos -- replay ${[run, ...(play === null ? [] : [play])].join(' ')}`;
}
