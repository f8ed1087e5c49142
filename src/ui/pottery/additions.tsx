import type { ReactNode } from 'react';
import type { Glaze } from './glazes.ts';
import { flatness } from './outline.ts';
import type { Addition, Shape } from './shapes.ts';

interface BehindProps {
  readonly addition: Addition;
  readonly id: string;
  readonly glaze: Glaze;
}

interface InFrontProps extends BehindProps {
  readonly shape: Extract<Shape, { kind: 'thrown' }>;
}

/** A strap of clay, drawn as three strokes on one line: its shaded edge, its colour, its light. */
function Strap(props: { path: string; width: number; colour: string }): ReactNode {
  return (
    <g fill="none" strokeLinecap="round" strokeLinejoin="round">
      <path d={props.path} stroke={props.colour} strokeWidth={props.width} />
      <path d={props.path} stroke="#0d0a07" strokeOpacity="0.3" strokeWidth={props.width} />
      <path
        d={props.path}
        stroke={props.colour}
        strokeWidth={props.width * 0.66}
        transform="translate(-1.5 -2)"
      />
      <path
        d={props.path}
        stroke="#fff"
        strokeOpacity="0.22"
        strokeWidth={props.width * 0.2}
        transform="translate(-3 -4)"
      />
    </g>
  );
}

const LEAF = '#5d7a52';
const DARK_LEAF = '#41583b';
const STRAW = '#b79a62';

/** Ears of grass on long stems that start inside the neck. */
function Grasses(): ReactNode {
  const stems = [
    { d: 'M198 170 C194 120 178 84 150 44', ear: 'translate(150 44) rotate(-32)' },
    { d: 'M200 170 C200 110 204 74 214 30', ear: 'translate(214 30) rotate(12)' },
    { d: 'M204 170 C212 130 232 96 262 66', ear: 'translate(262 66) rotate(44)' },
    { d: 'M197 170 C190 140 172 116 138 96', ear: 'translate(138 96) rotate(-56)' },
  ];
  return (
    <g>
      {stems.map((stem) => (
        <g key={stem.ear}>
          <path d={stem.d} fill="none" stroke={STRAW} strokeWidth="2.4" strokeLinecap="round" />
          <g transform={stem.ear} fill={STRAW}>
            {[0, 9, 18, 27].map((offset) => (
              <g key={offset} transform={`translate(0 ${offset - 12})`}>
                <ellipse cx="-4" cy="0" rx="3.4" ry="7" transform="rotate(-24)" opacity="0.95" />
                <ellipse cx="4" cy="2" rx="3.4" ry="7" transform="rotate(24)" opacity="0.8" />
              </g>
            ))}
          </g>
        </g>
      ))}
    </g>
  );
}

function Flower(): ReactNode {
  return (
    <g>
      <path
        d="M200 210 C200 170 206 140 216 112"
        fill="none"
        stroke={LEAF}
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path d="M203 172 C182 164 172 148 168 130 C188 134 202 150 203 172Z" fill={LEAF} />
      <path d="M205 156 C226 154 240 142 246 126 C228 124 210 138 205 156Z" fill={DARK_LEAF} />
      <g transform="translate(217 96)">
        {[0, 60, 120, 180, 240, 300].map((turn) => (
          <ellipse
            key={turn}
            cx="0"
            cy="-17"
            rx="11"
            ry="19"
            fill="#f4ead9"
            stroke="#d9c7a8"
            strokeWidth="0.8"
            transform={`rotate(${turn}) scale(1 0.92)`}
          />
        ))}
        <circle r="8.5" fill="#d5a13f" />
        <circle r="4" cx="-1.5" cy="-1.5" fill="#e7bf6c" />
      </g>
    </g>
  );
}

function Fern(): ReactNode {
  const fronds = [-74, -50, -26, -4, 20, 44, 70];
  return (
    <g transform="translate(200 222)">
      {fronds.map((turn, index) => {
        const length = 118 - Math.abs(turn) * 0.35;
        return (
          <g key={turn} transform={`rotate(${turn})`}>
            <path
              d={`M0 0 Q${turn * 0.12} ${-length / 2} 0 ${-length}`}
              fill="none"
              stroke={DARK_LEAF}
              strokeWidth="2"
            />
            {Array.from({ length: 9 }, (_, leaf) => {
              const at = -length * (0.2 + leaf * 0.088);
              const size = 17 - leaf * 1.5;
              const colour = (leaf + index) % 2 === 0 ? LEAF : '#6d8c60';
              return (
                <g key={leaf} fill={colour}>
                  <ellipse cx={size * 0.8} cy={at - 4} rx={size} ry="4.4" transform={`rotate(-28 0 ${at})`} />
                  <ellipse cx={-size * 0.8} cy={at - 4} rx={size} ry="4.4" transform={`rotate(28 0 ${at})`} />
                </g>
              );
            })}
          </g>
        );
      })}
    </g>
  );
}

function Saucer(props: { glaze: Glaze; id: string }): ReactNode {
  return (
    <g>
      <path d="M86 318 A114 26 0 0 0 314 318 L304 326 A104 24 0 0 1 96 326Z" fill={props.glaze.clay} />
      <ellipse cx="200" cy="318" rx="114" ry="25" fill={props.glaze.body} />
      <ellipse cx="200" cy="318" rx="106" ry="21" fill={props.glaze.inside} />
      <ellipse cx="200" cy="318" rx="106" ry="21" fill={`url(#${props.id}depth)`} />
    </g>
  );
}

/** What stands behind the wall, or leaves the piece through its mouth. */
export function AdditionBehind({ addition, id, glaze }: BehindProps): ReactNode {
  switch (addition) {
    case 'mug-handle':
      return <Strap path="M276 190 C344 176 352 272 270 284" width={20} colour={glaze.body} />;
    case 'tall-handle':
      return <Strap path="M268 168 C338 164 336 280 270 278" width={18} colour={glaze.body} />;
    case 'jug-handle':
      return <Strap path="M250 142 C330 110 344 230 284 268" width={19} colour={glaze.body} />;
    case 'teapot-fittings':
      return (
        <g>
          <Strap path="M296 240 C372 214 372 316 290 304" width={18} colour={glaze.body} />
          <path
            d="M122 292 C92 284 74 254 66 222 C64 214 74 208 82 212 C92 236 108 246 130 244Z"
            fill={glaze.body}
          />
          <path d="M122 292 C92 284 74 254 66 222 C72 246 96 268 126 270Z" fill="#0d0a07" opacity="0.28" />
          <ellipse
            cx="74.500"
            cy="214"
            rx="10"
            ry="4.600"
            fill={glaze.dip}
            transform="rotate(-22 74.500 214)"
          />
          <ellipse
            cx="74.500"
            cy="214"
            rx="6.500"
            ry="2.600"
            fill="#0d0a07"
            opacity="0.65"
            transform="rotate(-22 74.500 214)"
          />
        </g>
      );
    case 'fern':
      return <Saucer glaze={glaze} id={id} />;
    case 'grasses':
    case 'flower':
    case 'chopsticks':
    case 'coffee':
    case 'lemons':
      return null;
  }
}

/** What lies in the hollow or on the rim. The front of the wall is put over it by a clip on the rim's ellipse. */
export function AdditionInFront({ addition, id, glaze, shape }: InFrontProps): ReactNode {
  const [rimRadius, rimY] = shape.profile[0];
  const rimDepth = rimRadius * flatness(rimY);
  switch (addition) {
    case 'coffee':
      return (
        <g clipPath={`url(#${id}hollow)`}>
          <ellipse
            cx="200"
            cy={rimY + rimDepth * 0.42}
            rx={rimRadius * 0.9}
            ry={rimDepth * 0.86}
            fill="#3a2215"
          />
          <ellipse
            cx="196"
            cy={rimY + rimDepth * 0.36}
            rx={rimRadius * 0.84}
            ry={rimDepth * 0.7}
            fill="#7b4d2b"
            opacity="0.55"
          />
        </g>
      );
    case 'teapot-fittings':
      return (
        <g>
          <path
            d={`M142 ${rimY + 4} C148 176 176 166 200 166 C224 166 252 176 258 ${rimY + 4} A58 11 0 0 1 142 ${rimY + 4}Z`}
            fill={glaze.body}
          />
          <path
            d={`M142 ${rimY + 4} C148 176 176 166 200 166 C224 166 252 176 258 ${rimY + 4} A58 11 0 0 1 142 ${rimY + 4}Z`}
            fill={`url(#${id}turn)`}
          />
          <ellipse cx="200" cy="166" rx="10" ry="4" fill="#0d0a07" opacity="0.3" />
          <circle cx="200" cy="154" r="14" fill={glaze.clay} />
          <circle cx="200" cy="154" r="14" fill={`url(#${id}turn)`} />
          <ellipse cx="195" cy="149" rx="5" ry="4" fill="#fff" opacity="0.35" />
        </g>
      );
    case 'jug-handle':
      // The lip is pulled out of the rim with one finger.
      return (
        <g>
          <path d="M146 122 C132 112 118 108 108 112 C116 124 130 140 148 150Z" fill={glaze.dip} />
          <path d="M146 122 C132 112 118 108 108 112 C118 118 132 126 146 134Z" fill={glaze.inside} />
          <path
            d="M146 122 C132 112 118 108 108 112 C118 118 132 126 146 134Z"
            fill="#0d0a07"
            opacity="0.25"
          />
        </g>
      );
    case 'grasses':
      return <Grasses />;
    case 'flower':
      return <Flower />;
    case 'fern':
      return (
        <g>
          <ellipse cx="200" cy={rimY + 3} rx={rimRadius * 0.9} ry={rimDepth * 0.7} fill="#3b2a20" />
          <Fern />
        </g>
      );
    case 'chopsticks':
      return (
        <g strokeLinecap="round">
          <path
            d={`M60 ${rimY + 6} L352 ${rimY - 40}`}
            stroke="#0d0a07"
            strokeOpacity="0.25"
            strokeWidth="6"
            transform="translate(3 7)"
          />
          <path d={`M60 ${rimY + 6} L352 ${rimY - 40}`} stroke="#8a5a36" strokeWidth="6" />
          <path d={`M64 ${rimY + 18} L356 ${rimY - 25}`} stroke="#9c6a42" strokeWidth="6" />
        </g>
      );
    case 'lemons':
      return (
        <g>
          {[
            { x: 150, y: 212, turn: -14 },
            { x: 250, y: 210, turn: 22 },
            { x: 202, y: 204, turn: 4 },
          ].map((lemon) => (
            <g key={lemon.x} transform={`translate(${lemon.x} ${lemon.y}) rotate(${lemon.turn})`}>
              <path
                d="M-42 0 C-36 -6 -32 -26 0 -26 C32 -26 36 -6 42 0 C36 6 32 24 0 24 C-32 24 -36 6 -42 0Z"
                fill="#e2b83f"
              />
              <ellipse cx="-10" cy="-11" rx="15" ry="7" fill="#fff" opacity="0.35" />
            </g>
          ))}
          {/* The front of the rim and wall again, over the fruit. */}
          <path
            d={`M${200 - rimRadius} ${rimY} A${rimRadius} ${rimDepth} 0 0 0 ${200 + rimRadius} ${rimY} L${200 + rimRadius - 5} ${rimY + 12} A${rimRadius - 5} ${rimDepth} 0 0 1 ${200 - rimRadius + 5} ${rimY + 12}Z`}
            fill={glaze.dip}
          />
          <path
            d={`M${200 - rimRadius} ${rimY} A${rimRadius} ${rimDepth} 0 0 0 ${200 + rimRadius} ${rimY}`}
            fill="none"
            stroke={glaze.clay}
            strokeWidth="2"
          />
        </g>
      );
    case 'mug-handle':
    case 'tall-handle':
      return null;
  }
}
