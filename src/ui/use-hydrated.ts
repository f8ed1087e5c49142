'use client';

import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => {};

/**
 * False while the server's HTML is being taken over, true from then on. A page is taken over in parts, and
 * what an earlier part has already fetched must not show in a later one before that one is done.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
