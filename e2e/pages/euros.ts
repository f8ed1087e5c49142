/** As the shop writes an amount: '€28.00'. For what the tests buy, which stays under a thousand. */
export const euros = (minor: number): string => `€${(minor / 100).toFixed(2)}`;
