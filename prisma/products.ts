/** One thing that the shop sells, as the seed writes it. */
export interface SeedProduct {
  readonly sku: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly category: string;
  readonly priceMinor: number;
  /**
   * Shape, glaze and variation of the picture in one number: the last two digits are the shape, the two
   * before them the glaze (see `src/ui/product-picture.tsx`). A cart line carries nothing else of it.
   */
  readonly pictureSeed: number;
  /** Pieces that exist at the first seed. Later seeds never touch a count. */
  readonly initialStock: number;
}

/** Their order is the catalogue's. Append; the place of a product that was once seeded stays its own. */
export const PRODUCTS: readonly SeedProduct[] = [
  {
    sku: 'MUG-HARBOUR',
    name: 'Harbour mug',
    summary: 'A round-bellied mug for the first coffee of the day.',
    description:
      'Thrown in one piece, with a handle wide enough for three fingers. The celadon pools darker where the throwing rings catch it, so no two are quite the same. Holds 320 ml.',
    category: 'Mugs & cups',
    priceMinor: 2800,
    pictureSeed: 10000,
    initialStock: 600,
  },
  {
    sku: 'PLATE-SALTMARSH',
    name: 'Saltmarsh dinner plate',
    summary: 'A wide, low plate with a raised lip and a speckled glaze.',
    description:
      'Dark stoneware under a milky glaze: iron in the clay comes through in the firing as speckles. The lip keeps a sauce where it belongs. 27 cm across.',
    category: 'Plates',
    priceMinor: 3400,
    pictureSeed: 20106,
    initialStock: 500,
  },
  {
    sku: 'VASE-LOW-TIDE',
    name: 'Low tide vase',
    summary: 'A tall shouldered vase, dipped twice.',
    description:
      'Two glazes overlap at the shoulder and run a little into each other; where they stop is decided by the kiln. Made for a few long stems. 28 cm high.',
    category: 'Vases',
    priceMinor: 7400,
    pictureSeed: 30708,
    initialStock: 300,
  },
  {
    sku: 'BOWL-DUNE',
    name: 'Dune bowl',
    summary: 'The everyday bowl: porridge, salad, soup.',
    description:
      'A deep, steady bowl on a narrow foot that stays cool enough to hold. Left unglazed outside the foot, so that you feel the clay. 16 cm across, 700 ml.',
    category: 'Bowls',
    priceMinor: 2600,
    pictureSeed: 40303,
    initialStock: 500,
  },
  {
    sku: 'TEAPOT-HEADLAND',
    name: 'Headland teapot',
    summary: 'Pours without a drip. We tested every spout.',
    description:
      'A low, wide pot with a lid that sits deep and stays in place when you pour. The strainer is pierced by hand into the wall behind the spout. Holds 900 ml.',
    category: 'Teapots & jugs',
    priceMinor: 9800,
    pictureSeed: 50411,
    initialStock: 200,
  },
  {
    sku: 'CUP-PEBBLE',
    name: 'Pebble espresso cup',
    summary: 'Small, thick-walled, and it keeps the heat.',
    description:
      'No handle and none needed: the wall is double the usual thickness, warm in the hand rather than hot. Holds 80 ml, a double with room for the crema.',
    category: 'Mugs & cups',
    priceMinor: 1600,
    pictureSeed: 60502,
    initialStock: 600,
  },
  {
    sku: 'JUG-MILL',
    name: 'Mill jug',
    summary: 'For milk, water, or the last of the garden.',
    description:
      'A pulled spout and a strap handle, both put on while the clay is soft enough to bend. Holds a litre, and looks well with sweet peas in it.',
    category: 'Teapots & jugs',
    priceMinor: 5200,
    pictureSeed: 70912,
    initialStock: 250,
  },
  {
    sku: 'BOWL-GATHERING',
    name: 'Gathering bowl',
    summary: 'One big bowl in the middle of the table.',
    description:
      'Thirty centimetres of salad, fruit, or bread. It takes a whole morning to throw and a week to dry, which is why there are never many of them.',
    category: 'Bowls',
    priceMinor: 8600,
    pictureSeed: 80705,
    initialStock: 150,
  },
  {
    sku: 'MUG-NIGHT-FERRY',
    name: 'Night ferry mug',
    summary: 'Tall and straight, in a deep blue that breaks to rust.',
    description:
      'Cobalt over iron: blue on the walls, rust on every edge. Tall enough for tea with the bag left in. Holds 380 ml.',
    category: 'Mugs & cups',
    priceMinor: 3000,
    pictureSeed: 90201,
    initialStock: 500,
  },
  {
    sku: 'VASE-SINGLE-STEM',
    name: 'Single stem vase',
    summary: 'A narrow neck for one good flower.',
    description:
      'A bud vase no taller than a hand. Heavy at the foot, so that one top-heavy peony does not tip it over. 14 cm high.',
    category: 'Vases',
    priceMinor: 2400,
    pictureSeed: 100609,
    initialStock: 400,
  },
  {
    sku: 'PLATE-CRUMB',
    name: 'Crumb side plate',
    summary: 'For toast, cake, and the cup that needs a saucer.',
    description:
      'The dinner plate in small, thrown from the same clay and glazed in the same bucket. They stack. 18 cm across.',
    category: 'Plates',
    priceMinor: 1900,
    pictureSeed: 110507,
    initialStock: 500,
  },
  {
    sku: 'PLANTER-WINDOWSILL',
    name: 'Windowsill planter',
    summary: 'A pot and its saucer, for herbs or a fern.',
    description:
      'Unglazed inside, so that the roots can breathe; a drain hole, and a saucer that catches what comes out of it. Comes without the fern. 13 cm across.',
    category: 'For the home',
    priceMinor: 4200,
    pictureSeed: 120813,
    initialStock: 220,
  },
  {
    sku: 'BOWL-RAMEN',
    name: 'Long evening bowl',
    summary: 'Deep and flared, for ramen and other slow suppers.',
    description:
      'A steep wall keeps the broth hot, a flared lip lets you drink it. A notch in the rim holds a pair of chopsticks. 19 cm across, 1.1 litres.',
    category: 'Bowls',
    priceMinor: 3600,
    pictureSeed: 130604,
    initialStock: 3,
  },
  {
    sku: 'VASE-MOON',
    name: 'Moon jar',
    summary: 'Two thrown halves, joined at the belly.',
    description:
      'After the Korean jars of the eighteenth century: white, round, and a little uneven where the two halves meet. One leaves the kiln each month. 24 cm high.',
    category: 'Vases',
    priceMinor: 18500,
    pictureSeed: 140910,
    initialStock: 0,
  },
];
