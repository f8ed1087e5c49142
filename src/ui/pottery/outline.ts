type Ring = readonly [radius: number, y: number];

const AXIS_X = 200;

/** How round a horizontal circle looks at this height: the eye is above the table, so lower is rounder. */
export function flatness(y: number): number {
  return 0.15 + ((y - 100) / 230) * 0.09;
}

const round = (value: number): string => value.toFixed(1);

/** A smooth line through the rings (Catmull-Rom as cubic Béziers), on one side of the axis. */
function side(rings: readonly Ring[], sign: 1 | -1): string {
  const at = (index: number): Ring => rings[Math.max(0, Math.min(rings.length - 1, index))] ?? [0, 0];
  let path = '';
  for (let index = 0; index < rings.length - 1; index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const points = [
      [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6],
      [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6],
      to,
    ] as const;
    path += ` C${points.map(([radius, y]) => `${round(AXIS_X + sign * radius)} ${round(y)}`).join(' ')}`;
  }
  return path;
}

/** The silhouette of a thrown piece: rim, wall, the front of the foot, wall, and the front of the rim. */
export function silhouette(profile: readonly [Ring, ...Ring[]]): string {
  const rim = profile[0];
  const foot = profile[profile.length - 1] ?? rim;
  const upwards = profile.toReversed();
  return [
    `M${round(AXIS_X + rim[0])} ${round(rim[1])}`,
    side(profile, 1),
    ` A${round(foot[0])} ${round(foot[0] * flatness(foot[1]))} 0 0 1 ${round(AXIS_X - foot[0])} ${round(foot[1])}`,
    side(upwards, -1),
    ` A${round(rim[0])} ${round(rim[0] * flatness(rim[1]))} 0 0 0 ${round(AXIS_X + rim[0])} ${round(rim[1])}Z`,
  ].join('');
}

/** The lower edge of a dip, curved as the wall is and uneven as a hand is. */
export function dipEdge(y: number, random: () => number): string {
  const sag = 26;
  const steps = 8;
  let path = `M0 0 L0 ${round(y)}`;
  for (let step = 0; step <= steps; step += 1) {
    const x = (400 / steps) * step;
    const middle = 1 - Math.abs(x - AXIS_X) / AXIS_X;
    const drip = (random() - 0.3) * 16;
    path += ` S${round(x - 14)} ${round(y + sag * middle + drip)} ${round(x)} ${round(y + sag * middle + drip)}`;
  }
  return `${path} L400 0Z`;
}
