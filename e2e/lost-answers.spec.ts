import { expect, test } from './fixtures.ts';
import { keysOf, PLACE_ORDER_REQUESTS } from './placements.ts';

/** Above the longest pause between two attempts, and the attempt. */
const RETRY_LIMIT_MS = 25_000;

test.beforeEach(({ errors }) => {
  errors.expectNetworkErrors();
  // What was paid is no longer in the cart: a page that resumes hears so before it hears that it's paid.
  errors.expectStatus(409, 'checkout.open');
});

test('answer lost, automatic retry', async ({
  book,
  buyer,
  toxics,
  readyToPay,
  confirmation,
  placements,
}) => {
  const fault = await toxics.loseAnswers('edge@web-1');
  await readyToPay.pay();
  // Committed at the server, and lost for the browser: only both together are the case in question.
  await expect
    .poll(async () => (await book.ordersOf(buyer.email)).map(({ status }) => status))
    .toEqual(['paid']);
  await expect.poll(() => placements[0]?.ended).toBe('failed');
  await readyToPay.expectNoPaymentOffered();
  await fault.heal();

  await confirmation.expectThanks(RETRY_LIMIT_MS);
  expect(keysOf(placements)).toHaveLength(1);
  expect(placements[0]).toMatchObject({ attempt: 1, status: null });
  expect(placements.at(-1)).toMatchObject({ reason: 'network', status: 200, replayed: true });
});

test('answer lost, then reload', async ({
  page,
  book,
  buyer,
  toxics,
  readyToPay,
  confirmation,
  placements,
}) => {
  // The customer is faster than the client: its second attempt is held back in the browser, for good.
  await page.route(PLACE_ORDER_REQUESTS, async (route) => {
    const reason = route.request().headers()['x-retry-reason'];
    if (reason === undefined || reason === 'resumed') await route.continue();
  });
  const fault = await toxics.loseAnswers('edge@web-1');
  await readyToPay.pay();
  await expect
    .poll(async () => (await book.ordersOf(buyer.email)).map(({ status }) => status))
    .toEqual(['paid']);
  await expect.poll(() => placements[0]?.ended).toBe('failed');
  await fault.heal();

  await page.reload();
  await confirmation.expectThanks(RETRY_LIMIT_MS);
  expect(keysOf(placements)).toHaveLength(1);
  expect(placements.at(-1)).toMatchObject({ reason: 'resumed', status: 200, replayed: true });
});

test('answer lost, tab closed, shop opened anew', async ({
  context,
  page,
  book,
  buyer,
  toxics,
  readyToPay,
  placements,
}) => {
  const fault = await toxics.swallowAnswers('edge@web-1');
  await readyToPay.pay();
  await expect
    .poll(async () => (await book.ordersOf(buyer.email)).map(({ status }) => status))
    .toEqual(['paid']);
  await page.close();
  await fault.heal();

  const later = await context.newPage();
  await later.goto('/checkout');
  await expect(later.getByRole('heading', { level: 1, name: 'Thank you' })).toBeVisible();
  expect(keysOf(placements)).toHaveLength(1);
  expect(placements.at(-1)).toMatchObject({ reason: 'resumed', status: 200, replayed: true });
});

test('no answer at all until the page gives up: it says that it doesn’t know', async ({
  page,
  book,
  buyer,
  toxics,
  readyToPay,
  confirmation,
  placements,
}) => {
  const fault = await toxics.loseAnswers('edge@web-1');
  await readyToPay.pay();
  await readyToPay.expectState('unknown', 70_000);
  await expect(page.getByText('Please don’t pay again.')).toBeVisible();
  await readyToPay.expectNoPaymentOffered();
  await expect(page.getByText(/nothing was charged/i)).toHaveCount(0);
  expect((await book.ordersOf(buyer.email)).map(({ status }) => status)).toEqual(['paid']);

  await fault.heal();
  // The page asks by itself.
  await confirmation.expectThanks();
  expect(keysOf(placements)).toHaveLength(1);
});
