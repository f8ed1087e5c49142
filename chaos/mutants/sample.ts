/**
 * Those that have died ten times of ten, of different layers and in few scenarios, so that all of them take
 * a minute: for every change. The whole of them runs nightly.
 */
export const CI_SAMPLE: readonly string[] = [];
