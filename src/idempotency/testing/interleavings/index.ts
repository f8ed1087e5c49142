export type { Change, Ground } from './ground.ts';
export { runSchedule, type Stage } from './run-schedule.ts';
export { schedules } from './schedule.ts';
export type { SimulatedProcess } from './simulated-process.ts';
export { VirtualClock } from './virtual-clock.ts';
export { worldPolicy } from './world.ts';
