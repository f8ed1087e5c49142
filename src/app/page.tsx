import type { ReactNode } from 'react';
import { CatalogueView } from '../ui/catalogue/catalogue-view.tsx';

export default function CataloguePage(): ReactNode {
  return (
    <>
      <header className="mb-10 max-w-3xl sm:mb-14 sm:pt-6">
        <h1 className="text-[2.7rem] leading-[1.04] sm:text-7xl">
          Pots for every day, <em className="text-kelp">from a kiln by the sea.</em>
        </h1>
        <p className="mt-5 max-w-xl text-lg text-soft">
          Stoneware in small batches, thrown by two people and fired on Thursdays. Made to be used, washed up,
          and used again.
        </p>
      </header>
      <h2 className="sr-only">All pieces</h2>
      <CatalogueView />
    </>
  );
}
