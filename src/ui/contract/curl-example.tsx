import type { ReactNode } from 'react';

/** Runs as it stands, once `$CHECKOUT` and `$VERSION` name a checkout whose payment is prepared. */
const EXAMPLE = `# the first page gives the customer's cookie
curl -s -c jar -o /dev/null $SHOP

# one intent, one key
KEY=$(npx uuid v7)
buy() {
  curl -i -b jar $SHOP/api/v1/checkout.placeOrder \\
    -H 'Content-Type: application/json' \\
    -H "Idempotency-Key: \\"$KEY\\"" \\
    -d '{"checkoutId":"'$CHECKOUT'","version":'$VERSION',"paymentMethod":"pm_card_visa"}'
}

buy   # buys
buy   # the same bytes, and Idempotent-Replayed: true

# the answer never came? ask what has become of the key
curl -b jar "$SHOP/api/v1/operations.outcome?procedure=checkout.placeOrder&key=$KEY"`;

export function CurlExample(): ReactNode {
  return (
    <pre
      aria-label="Example"
      className="rounded-2xl border border-line bg-sunken p-5 font-mono text-[0.82rem] leading-relaxed break-words whitespace-pre-wrap sm:p-7"
    >
      <code>{EXAMPLE}</code>
    </pre>
  );
}
