/** Why a hazard isn't a mutant, and which test of the shop's own holds it. */
interface Unmade {
  reason: string;
  heldBy: string;
}

/**
 * Hazards (by their number in `docs/hazards.ts`) that can't be put in, or can't be seen from outside. Every other
 * one is a mutant.
 */
export const UNMADE: Readonly<Record<number, Unmade>> = {
  11: {
    reason: 'No keyed call of this shop answers with nothing.',
    heldBy: 'src/idempotency/testing/engine-contract.ts',
  },
  20: {
    reason: 'No guarded call of this shop makes another one.',
    heldBy: 'src/idempotency/testing/hazards-contract.ts',
  },
  33: {
    reason:
      'A batch of keyed calls is refused before the engine is asked: there is nothing to break behind that.',
    heldBy: 'src/idempotency/trpc/idempotent.test.ts',
  },
  44: {
    reason: 'Days would have to go by, and a run has one.',
    heldBy: 'src/idempotency/testing/retention-contract.ts',
  },
  45: {
    reason:
      'Two takeovers reach one number only if the answer to the first is lost at a moment that no fault can choose from outside.',
    heldBy: 'src/idempotency/testing/engine-contract.ts',
  },
  47: {
    reason:
      'It costs time while a node stands still, and no money; every node goes on before the harness judges.',
    heldBy: 'src/idempotency/prisma/hazards.integration.test.ts',
  },
  50: {
    reason: 'The first mutation of a visitor puts something into a cart, and may be repeated as it is.',
    heldBy: 'src/api/bad-input.integration.test.ts',
  },
  51: {
    reason:
      'The server ends such sessions by itself, and the engine learns the fate of its transaction from the record: two layers that can’t be taken off a session one by one.',
    heldBy: 'src/idempotency/prisma/hazards.integration.test.ts',
  },
};
