/** Where callers without tRPC find every procedure under its name: `POST /api/v1/checkout.placeOrder`. */
export const PLAIN_HTTP = '/api/v1';
