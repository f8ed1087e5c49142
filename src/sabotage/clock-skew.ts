/**
 * Shifts the wall clock of this process, as a node whose clock is wrong has it. `performance.now()` and timers
 * are left alone: they measure durations, and a wrong clock measures those right.
 */
export function skewClock(skewMs: number): void {
  const RealDate = globalThis.Date;
  const now = () => RealDate.now() + skewMs;
  globalThis.Date = new Proxy(RealDate, {
    // `Date()` without `new` is text, of the time that it is.
    apply: () => new RealDate(now()).toString(),
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, name, receiver) =>
      name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown),
  });
}
