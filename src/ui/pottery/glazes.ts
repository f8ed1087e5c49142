/** Colours of one piece: clay, the glaze that covers it, a second dip, and the room it stands in. */
export interface Glaze {
  readonly body: string;
  readonly dip: string;
  readonly inside: string;
  readonly clay: string;
  readonly speckle: string;
  readonly room: string;
  readonly table: string;
}

const PALE_CLAY = '#b98d6a';
const DARK_CLAY = '#6f4a38';

/** A picture seed names a glaze by its place here: append only. */
export const GLAZES: readonly [Glaze, ...Glaze[]] = [
  // Celadon over grey-green.
  {
    body: '#9db8a4',
    dip: '#6f978a',
    inside: '#c3d3c2',
    clay: PALE_CLAY,
    speckle: '#4d6658',
    room: '#e9e4d8',
    table: '#d8cfbd',
  },
  // Milk white on dark stoneware.
  {
    body: '#e9e2d3',
    dip: '#d6c9b2',
    inside: '#f3eee3',
    clay: DARK_CLAY,
    speckle: '#5b4636',
    room: '#cfd6d2',
    table: '#b9c2bd',
  },
  // Cobalt that breaks to rust.
  {
    body: '#2f4a6d',
    dip: '#22364f',
    inside: '#3d5b80',
    clay: '#8a5234',
    speckle: '#a9643a',
    room: '#e6ddd0',
    table: '#d3c5b1',
  },
  // Oat, barely glazed.
  {
    body: '#d8bf97',
    dip: '#efe5d0',
    inside: '#e8d6b5',
    clay: PALE_CLAY,
    speckle: '#7a5a37',
    room: '#d9dfdc',
    table: '#c4cdc8',
  },
  // Kelp.
  {
    body: '#4d6455',
    dip: '#34493f',
    inside: '#6d8473',
    clay: DARK_CLAY,
    speckle: '#1f2d25',
    room: '#e8e1d1',
    table: '#d6cab3',
  },
  // Ash rose.
  {
    body: '#cfa091',
    dip: '#e9d3c8',
    inside: '#e2bfb2',
    clay: PALE_CLAY,
    speckle: '#7d4a3d',
    room: '#dfe2dc',
    table: '#cbd0c8',
  },
  // Tenmoku: black that thins to brown.
  {
    body: '#3b2e28',
    dip: '#241b18',
    inside: '#52403a',
    clay: '#9a6a49',
    speckle: '#8a5634',
    room: '#e5ddd0',
    table: '#d0c3b0',
  },
  // Sea mist.
  {
    body: '#a9c2c9',
    dip: '#e8ecea',
    inside: '#cbdadd',
    clay: PALE_CLAY,
    speckle: '#5d7781',
    room: '#eae3d6',
    table: '#d9cebb',
  },
  // Butter.
  {
    body: '#ddb75f',
    dip: '#f0ddac',
    inside: '#ead08d',
    clay: '#a5694a',
    speckle: '#86602a',
    room: '#d7dedd',
    table: '#c1cbca',
  },
  // Porcelain.
  {
    body: '#f2efe8',
    dip: '#e3e3de',
    inside: '#faf8f3',
    clay: '#cdb9a2',
    speckle: '#c8c3b8',
    room: '#b9c4c4',
    table: '#a4b1b1',
  },
];
