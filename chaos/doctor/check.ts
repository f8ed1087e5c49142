/** Something that a run wants of the machine. */
export interface Check {
  name: string;
  /** Without it no scenario can be run; else it says itself what is then missing. */
  isNeeded: boolean;
  look(): Finding | Promise<Finding>;
}

export type Finding =
  | { isThere: true; detail: string }
  /** `get` is the one command, or the one thing to do, that gets it. */
  | { isThere: false; detail: string; get: string };

export function there(detail: string): Finding {
  return { isThere: true, detail };
}

export function missing(detail: string, get: string): Finding {
  return { isThere: false, detail, get };
}
