import type { ReactNode } from 'react';
import { AdditionBehind, AdditionInFront } from './additions.tsx';
import type { Glaze } from './glazes.ts';
import { dipEdge, flatness, silhouette } from './outline.ts';
import { randomOf } from './random.ts';
import type { Shape } from './shapes.ts';

interface ThrownProps {
  readonly id: string;
  readonly shape: Extract<Shape, { kind: 'thrown' }>;
  readonly glaze: Glaze;
  readonly seed: number;
}

/** A piece from the wheel, drawn from back to front: shadow, what is behind, hollow, wall, what is in front. */
export function ThrownPiece({ id, shape, glaze, seed }: ThrownProps): ReactNode {
  const random = randomOf(seed);
  const [rimRadius, rimY] = shape.profile[0];
  const [footRadius, footY] = shape.profile[shape.profile.length - 1] ?? [60, 328];
  const widest = Math.max(...shape.profile.map(([radius]) => radius));
  const rimDepth = rimRadius * flatness(rimY);
  const height = footY - rimY;
  const dipY = rimY + height * (0.16 + random() * 0.3);
  const bareY = footY - Math.max(10, height * 0.1);
  const outline = silhouette(shape.profile);
  const speckles = Array.from({ length: 70 }, () => ({
    x: 200 + (random() * 2 - 1) * widest,
    y: rimY + random() * height,
    r: 0.5 + random() * 1.3,
  }));
  const rings = Array.from({ length: 6 }, (_, index) => rimY + height * (0.14 + index * 0.14) + random() * 6);

  return (
    <>
      <defs>
        <clipPath id={`${id}wall`}>
          <path d={outline} />
        </clipPath>
        <clipPath id={`${id}hollow`}>
          <ellipse cx="200" cy={rimY} rx={rimRadius - 5} ry={Math.max(1, rimDepth - 3)} />
        </clipPath>
        <linearGradient id={`${id}turn`} x1={200 - widest} x2={200 + widest} gradientUnits="userSpaceOnUse">
          <stop offset="0" stopColor="#0d0a07" stopOpacity="0.34" />
          <stop offset="0.12" stopColor="#0d0a07" stopOpacity="0.08" />
          <stop offset="0.28" stopColor="#fff" stopOpacity="0.3" />
          <stop offset="0.42" stopColor="#fff" stopOpacity="0.04" />
          <stop offset="0.7" stopColor="#0d0a07" stopOpacity="0.16" />
          <stop offset="0.94" stopColor="#0d0a07" stopOpacity="0.5" />
          <stop offset="1" stopColor="#0d0a07" stopOpacity="0.42" />
        </linearGradient>
        <linearGradient id={`${id}depth`} x1="0" x2="1">
          <stop offset="0" stopColor="#0d0a07" stopOpacity="0.55" />
          <stop offset="0.6" stopColor="#0d0a07" stopOpacity="0.14" />
          <stop offset="1" stopColor="#fff" stopOpacity="0.16" />
        </linearGradient>
        <radialGradient id={`${id}shadow`}>
          <stop offset="0" stopColor="#1d1712" stopOpacity="0.5" />
          <stop offset="0.55" stopColor="#1d1712" stopOpacity="0.22" />
          <stop offset="1" stopColor="#1d1712" stopOpacity="0" />
        </radialGradient>
        <radialGradient id={`${id}gloss`}>
          <stop offset="0" stopColor="#fff" stopOpacity="0.6" />
          <stop offset="1" stopColor="#fff" stopOpacity="0" />
        </radialGradient>
      </defs>

      <ellipse
        cx={200 + widest * 0.34}
        cy={footY + 8}
        rx={widest * 1.25}
        ry={widest * 0.2}
        fill={`url(#${id}shadow)`}
      />
      <ellipse
        cx="204"
        cy={footY + 4}
        rx={footRadius * 1.25}
        ry={footRadius * 0.34}
        fill={`url(#${id}shadow)`}
      />

      {shape.additions.map((addition) => (
        <AdditionBehind key={addition} addition={addition} id={id} glaze={glaze} />
      ))}

      <path d={outline} fill={glaze.body} />
      <g clipPath={`url(#${id}wall)`}>
        <path d={dipEdge(dipY, random)} fill={glaze.dip} opacity="0.85" />
        {speckles.map((speckle) => (
          <circle
            key={`${speckle.x} ${speckle.y}`}
            cx={speckle.x}
            cy={speckle.y}
            r={speckle.r}
            fill={glaze.speckle}
            opacity="0.4"
          />
        ))}
        {rings.map((y) => (
          <path
            key={y}
            d={`M${200 - widest} ${y} A${widest} ${widest * 0.2} 0 0 0 ${200 + widest} ${y}`}
            fill="none"
            stroke="#0d0a07"
            strokeOpacity="0.06"
            strokeWidth="3"
          />
        ))}
        {/* The foot stays bare, or the piece would melt onto the kiln's shelf. */}
        <path d={`M0 400 L0 ${bareY} Q200 ${bareY + 34} 400 ${bareY} L400 400Z`} fill={glaze.clay} />
        <rect width="400" height="400" fill={`url(#${id}turn)`} />
        <ellipse
          cx={200 - widest * 0.46}
          cy={rimY + height * 0.38}
          rx={widest * 0.11}
          ry={height * 0.26}
          fill={`url(#${id}gloss)`}
        />
      </g>

      <ellipse cx="200" cy={rimY} rx={rimRadius} ry={rimDepth} fill={glaze.clay} />
      <ellipse cx="200" cy={rimY} rx={rimRadius - 1} ry={rimDepth - 0.6} fill={glaze.dip} />
      <g clipPath={`url(#${id}hollow)`}>
        <ellipse cx="200" cy={rimY} rx={rimRadius} ry={rimDepth} fill={glaze.inside} />
        <ellipse cx="200" cy={rimY} rx={rimRadius} ry={rimDepth} fill={`url(#${id}depth)`} />
      </g>

      {shape.additions.map((addition) => (
        <AdditionInFront key={addition} addition={addition} id={id} glaze={glaze} shape={shape} />
      ))}
    </>
  );
}
