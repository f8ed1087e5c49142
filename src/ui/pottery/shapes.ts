/** A point of the outline that turns on the wheel: distance from the axis, and height on the page. */
type Ring = readonly [radius: number, y: number];

/** What is put onto the thrown form, or stands in it. */
export type Addition =
  | 'mug-handle'
  | 'tall-handle'
  | 'jug-handle'
  | 'teapot-fittings'
  | 'grasses'
  | 'flower'
  | 'fern'
  | 'chopsticks'
  | 'coffee'
  | 'lemons';

interface Thrown {
  readonly kind: 'thrown';
  /** From rim to foot. */
  readonly profile: readonly [Ring, Ring, Ring, ...Ring[]];
  readonly additions: readonly Addition[];
}

/** Seen from above, as nobody would recognise a plate from its side. */
interface FromAbove {
  readonly kind: 'from-above';
  readonly radius: number;
  readonly well: number;
}

export type Shape = Thrown | FromAbove;

/** A picture seed names a shape by its place here: append only. */
export const SHAPES: readonly [Shape, ...Shape[]] = [
  // 0: mug
  {
    kind: 'thrown',
    profile: [
      [80, 150],
      [84, 176],
      [95, 235],
      [86, 290],
      [64, 322],
      [62, 328],
    ],
    additions: ['mug-handle', 'coffee'],
  },
  // 1: tall mug
  {
    kind: 'thrown',
    profile: [
      [73, 122],
      [74, 150],
      [76, 230],
      [75, 300],
      [68, 322],
      [66, 328],
    ],
    additions: ['tall-handle'],
  },
  // 2: espresso cup
  {
    kind: 'thrown',
    profile: [
      [66, 212],
      [68, 232],
      [68, 270],
      [58, 304],
      [42, 322],
      [40, 328],
    ],
    additions: ['coffee'],
  },
  // 3: bowl
  {
    kind: 'thrown',
    profile: [
      [126, 206],
      [121, 230],
      [102, 268],
      [66, 304],
      [52, 316],
      [52, 328],
    ],
    additions: [],
  },
  // 4: deep bowl
  {
    kind: 'thrown',
    profile: [
      [142, 186],
      [128, 210],
      [114, 246],
      [86, 292],
      [58, 312],
      [56, 328],
    ],
    additions: ['chopsticks'],
  },
  // 5: wide bowl
  {
    kind: 'thrown',
    profile: [
      [168, 222],
      [160, 240],
      [132, 276],
      [84, 308],
      [64, 317],
      [64, 328],
    ],
    additions: ['lemons'],
  },
  // 6: dinner plate
  { kind: 'from-above', radius: 150, well: 108 },
  // 7: side plate
  { kind: 'from-above', radius: 118, well: 80 },
  // 8: tall vase
  {
    kind: 'thrown',
    profile: [
      [40, 142],
      [34, 158],
      [46, 182],
      [82, 218],
      [84, 248],
      [66, 296],
      [54, 322],
      [54, 328],
    ],
    additions: ['grasses'],
  },
  // 9: bud vase
  {
    kind: 'thrown',
    profile: [
      [19, 196],
      [15, 210],
      [17, 232],
      [46, 262],
      [62, 292],
      [56, 318],
      [48, 328],
    ],
    additions: ['flower'],
  },
  // 10: moon jar
  {
    kind: 'thrown',
    profile: [
      [50, 126],
      [48, 138],
      [84, 158],
      [124, 202],
      [129, 234],
      [112, 282],
      [70, 316],
      [60, 328],
    ],
    additions: [],
  },
  // 11: teapot
  {
    kind: 'thrown',
    profile: [
      [52, 204],
      [78, 216],
      [112, 248],
      [116, 272],
      [98, 306],
      [72, 322],
      [70, 328],
    ],
    additions: ['teapot-fittings'],
  },
  // 12: jug
  {
    kind: 'thrown',
    profile: [
      [60, 126],
      [53, 148],
      [56, 176],
      [82, 222],
      [92, 260],
      [80, 304],
      [64, 322],
      [62, 328],
    ],
    additions: ['jug-handle'],
  },
  // 13: planter
  {
    kind: 'thrown',
    profile: [
      [92, 216],
      [91, 232],
      [84, 270],
      [74, 304],
      [68, 314],
    ],
    additions: ['fern'],
  },
];
