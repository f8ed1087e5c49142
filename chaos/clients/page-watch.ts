import type { PageSeen } from '../history/value.ts';

/** Through it a page tells the harness what it says; Playwright puts it on every page's `window`. */
export const PAGE_SAYS = 'chaosPageSays';

/**
 * Runs inside the page, before anything of the shop's: whatever the page comes to say, and whether it offers a
 * payment then, is told as it is drawn, for a statement that stood for a tenth of a second was read as well.
 */
export function watchPage(bindingName: string): void {
  // Its own copy: nothing of this module is there when it runs.
  const tell = (window as unknown as Record<string, (seen: PageSeen) => void>)[bindingName];
  let last = '';
  const look = (): void => {
    const state = document.querySelector('[data-testid="payment-state"]')?.getAttribute('data-state');
    const offers = [...document.querySelectorAll('button')].some(
      (button) =>
        (button.textContent ?? '').trim().startsWith('Pay €') &&
        !button.disabled &&
        button.getAttribute('aria-disabled') !== 'true',
    );
    const seen: PageSeen = {
      page: location.pathname,
      says: (state ?? 'nothing') as PageSeen['says'],
      orderId: /\/checkout\/confirmation\/([^/]+)$/.exec(location.pathname)?.[1] ?? null,
      offersPayment: offers,
      orders: null,
    };
    const text = JSON.stringify(seen);
    if (text === last) return;
    last = text;
    tell?.(seen);
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-state', 'disabled', 'aria-disabled'],
  });
}

/**
 * Runs inside the page as well: the page knows the provider's test cards only, so a card's token gets the
 * intent's nonce before it leaves. Each request is changed in the same way, whichever attempt it is.
 */
export function markCards(nonce: string): void {
  const send = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const { body } = init ?? {};
    const url = input instanceof Request ? input.url : input.toString();
    const isPayment = url.includes('/checkout.placeOrder') && typeof body === 'string';
    if (!isPayment) return send(input, init);
    const marked = body.replace(/"paymentMethod":"(pm_card_[A-Za-z]+)"/, `"paymentMethod":"$1_${nonce}"`);
    return send(input, { ...init, body: marked });
  };
}
