import type { ReactNode } from 'react';
import { Loading, Skeleton } from '../ui/skeleton.tsx';

export default function LoadingPage(): ReactNode {
  return (
    <Loading what="the page">
      <Skeleton className="mb-8 h-12 w-2/3 max-w-sm" />
      <div className="grid grid-cols-2 gap-4 md:grid-cols-4">
        <Skeleton className="h-56" />
        <Skeleton className="h-56" />
        <Skeleton className="h-56" />
        <Skeleton className="h-56" />
      </div>
    </Loading>
  );
}
