import type { ReactNode } from 'react';
import type { Glaze } from './glazes.ts';
import { randomOf } from './random.ts';
import type { Shape } from './shapes.ts';

interface PlateProps {
  readonly id: string;
  readonly shape: Extract<Shape, { kind: 'from-above' }>;
  readonly glaze: Glaze;
  readonly seed: number;
}

export function PlateFromAbove({ id, shape, glaze, seed }: PlateProps): ReactNode {
  const random = randomOf(seed);
  const { radius, well } = shape;
  const speckles = Array.from({ length: 90 }, () => {
    const angle = random() * Math.PI * 2;
    const distance = Math.sqrt(random()) * (radius - 6);
    return {
      x: 200 + Math.cos(angle) * distance,
      y: 200 + Math.sin(angle) * distance,
      r: 0.6 + random() * 1.5,
    };
  });
  return (
    <>
      <defs>
        <radialGradient id={`${id}fall`}>
          <stop offset="0.72" stopColor="#1d1712" stopOpacity="0.5" />
          <stop offset="1" stopColor="#1d1712" stopOpacity="0" />
        </radialGradient>
        <linearGradient id={`${id}rim`} x1="0.15" y1="0.1" x2="0.85" y2="0.9">
          <stop offset="0" stopColor="#fff" stopOpacity="0.5" />
          <stop offset="0.5" stopColor="#fff" stopOpacity="0" />
          <stop offset="1" stopColor="#000" stopOpacity="0.26" />
        </linearGradient>
        {/* The well is hollow: its light falls the other way round. */}
        <linearGradient id={`${id}well`} x1="0.15" y1="0.1" x2="0.85" y2="0.9">
          <stop offset="0" stopColor="#000" stopOpacity="0.2" />
          <stop offset="0.45" stopColor="#000" stopOpacity="0.03" />
          <stop offset="1" stopColor="#fff" stopOpacity="0.35" />
        </linearGradient>
      </defs>
      <circle cx="214" cy="220" r={radius + 20} fill={`url(#${id}fall)`} />
      <circle cx="200" cy="200" r={radius} fill={glaze.clay} />
      <circle cx="200" cy="200" r={radius - 3} fill={glaze.body} />
      <circle cx="200" cy="200" r={radius - 3} fill={`url(#${id}rim)`} />
      <circle cx="200" cy="200" r={well} fill={glaze.inside} />
      <circle cx="200" cy="200" r={well} fill={`url(#${id}well)`} />
      {[0.86, 0.66, 0.45, 0.24, 0.1].map((part) => (
        <circle
          key={part}
          cx="200"
          cy="200"
          r={well * part}
          fill="none"
          stroke="#000"
          strokeOpacity="0.05"
          strokeWidth="2"
        />
      ))}
      {speckles.map((speckle) => (
        <circle
          key={`${speckle.x} ${speckle.y}`}
          cx={speckle.x}
          cy={speckle.y}
          r={speckle.r}
          fill={glaze.speckle}
          opacity="0.45"
        />
      ))}
    </>
  );
}
