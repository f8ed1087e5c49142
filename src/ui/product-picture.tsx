import { useId, type ReactNode } from 'react';
import { GLAZES, type Glaze } from './pottery/glazes.ts';
import { SHAPES, type Shape } from './pottery/shapes.ts';
import { ThrownPiece } from './pottery/thrown-piece.tsx';
import { PlateFromAbove } from './pottery/plate-from-above.tsx';

const ROOM = { x: -200, y: -200, width: 800, height: 800 };

/** `seed` = variation × 10 000 + glaze × 100 + shape; any other number draws something, too. */
function partsOf(seed: number): { shape: Shape; glaze: Glaze } {
  const whole = Math.abs(Math.trunc(seed));
  return {
    shape: SHAPES[(whole % 100) % SHAPES.length] ?? SHAPES[0],
    glaze: GLAZES[Math.trunc((whole % 10_000) / 100) % GLAZES.length] ?? GLAZES[0],
  };
}

/**
 * The picture of a product, drawn from its seed: no image files, no requests, sharp at any size.
 * It is decoration beside the product's name, so without `label` it is hidden from screen readers.
 */
export function ProductPicture(props: { seed: number; label?: string; className?: string }): ReactNode {
  const id = useId();
  const { shape, glaze } = partsOf(props.seed);
  const accessibility =
    props.label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': props.label };
  return (
    <svg viewBox="0 0 400 400" className={props.className} {...accessibility}>
      <defs>
        <radialGradient id={`${id}room`} gradientUnits="userSpaceOnUse" cx="120" cy="60" r="460">
          <stop offset="0" stopColor="#fff" stopOpacity="0.55" />
          <stop offset="0.6" stopColor="#fff" stopOpacity="0" />
          <stop offset="1" stopColor="#000" stopOpacity="0.12" />
        </radialGradient>
      </defs>
      {/* The room reaches beyond the view box, so that a tall or wide frame is filled without cutting the piece. */}
      <rect {...ROOM} fill={shape.kind === 'thrown' ? glaze.room : glaze.table} />
      {shape.kind === 'thrown' && <rect x="-200" y="286" width="800" height="314" fill={glaze.table} />}
      <rect {...ROOM} fill={`url(#${id}room)`} />
      {shape.kind === 'thrown' ? (
        <ThrownPiece id={id} shape={shape} glaze={glaze} seed={props.seed} />
      ) : (
        <PlateFromAbove id={id} shape={shape} glaze={glaze} seed={props.seed} />
      )}
    </svg>
  );
}
