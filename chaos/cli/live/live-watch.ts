import type { Terminal } from '../command-line.ts';
import type { RunWatch } from '../watch.ts';
import { afterEvent, begunPlay } from './tree-state.ts';
import type { TreeState } from './tree-state.ts';
import { treeLines } from './tree-view.ts';

/** Often enough for a clock with seconds, seldom enough to cost the run nothing. */
const REDRAW_MS = 200;

/** Draws the run as a tree, over and over in the same place. */
export function liveWatch(terminal: Terminal, signal: AbortSignal): RunWatch {
  let state: TreeState = { startedMs: performance.now(), of: null, finished: [], current: null };
  let drawnLines = 0;

  const draw = () => {
    const lines = treeLines(state, {
      columns: terminal.columns(),
      rows: terminal.rows(),
      isColored: terminal.isColored,
      nowMs: performance.now(),
      isStopping: signal.aborted,
    });
    terminal.write(`${upAndClear(drawnLines)}${lines.map((line) => `${line}\n`).join('')}`);
    drawnLines = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();

  return {
    begin({ name, seed }, { number, of }) {
      state = { ...state, of, current: begunPlay({ name, seed, number }, performance.now()) };
      draw();
    },
    // Drawn by the clock alone: a storm of events must not become a storm of drawing.
    event(event) {
      if (state.current === null) return;
      state = { ...state, current: afterEvent(state.current, event, performance.now()) };
    },
    end({ play, verdict, durationMs }) {
      const finished = [...state.finished, { name: play, verdict, durationMs }];
      state = { ...state, finished, current: null };
    },
    close() {
      clearInterval(timer);
      terminal.write(upAndClear(drawnLines));
    },
  };
}

function upAndClear(lines: number): string {
  return lines === 0 ? '' : `\u001B[${lines}A\r\u001B[0J`;
}
