'use client';

import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

/** Short news at the edge of the screen, spoken by screen readers. Never for money: that stays on the page. */
export function Toaster(props: { children: ReactNode }): ReactNode {
  return (
    <Toast.Provider timeout={5_000} limit={2}>
      {props.children}
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-4 z-40 mx-auto flex max-w-sm flex-col gap-2 sm:right-6 sm:bottom-6 sm:left-auto sm:mx-0 sm:w-96">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts(): ReactNode {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-2xl border border-line bg-ink text-paper shadow-lift transition-[opacity,translate] duration-300 data-ending-style:translate-y-2 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-center gap-3 py-2 pr-2 pl-5">
        <div className="min-w-0 grow py-1.5">
          <Toast.Title className="font-text leading-snug font-semibold tracking-normal" />
          <Toast.Description className="text-sm opacity-80" />
        </div>
        <Toast.Close
          aria-label="Close this message"
          className="flex size-11 shrink-0 cursor-pointer items-center justify-center rounded-full hover:bg-paper/15 focus-visible:outline-paper"
        >
          <X aria-hidden className="size-5" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
