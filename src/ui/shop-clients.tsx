'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { createContext, use, useState, type ReactNode } from 'react';
import type { AppRouter } from '../api/app-router.ts';
import { createOpenClient, ServerClock, systemClock, type OpenRouter } from '../client/index.ts';
import { limits } from '../limits.ts';
import { browserPaymentPort } from './checkout/browser-payment-port.ts';
import { PaymentDesk } from './checkout/payment-desk.ts';
import type { PaymentPort } from './checkout/payment-port.ts';
import { refusalOf } from '../client/index.ts';

/** Reading is worth asking twice more; a refusal would only be repeated. */
const QUERY_RETRIES = 2;

const trpc = createTRPCContext<OpenRouter<AppRouter>>();

/** Queries and repeatable mutations. Paying is not among them: it goes through the payment desk. */
export const useTRPC = trpc.useTRPC;
export const useTRPCClient = trpc.useTRPCClient;

interface Payments {
  readonly desk: PaymentDesk;
  readonly port: PaymentPort;
}

const PaymentsContext = createContext<Payments | null>(null);

export function usePayments(): Payments {
  const payments = use(PaymentsContext);
  if (payments === null) throw new Error('Bug: no ShopClients above this component');
  return payments;
}

/** Makes the page's clients, once a page, and hands them to everything below. */
export function ShopClients({ children }: { children: ReactNode }): ReactNode {
  const [{ queryClient, open, payments }] = useState(makeClients);
  return (
    <QueryClientProvider client={queryClient}>
      <trpc.TRPCProvider trpcClient={open} queryClient={queryClient}>
        <PaymentsContext value={payments}>{children}</PaymentsContext>
      </trpc.TRPCProvider>
    </QueryClientProvider>
  );
}

function makeClients() {
  const options = { url: '/api/trpc', limits: limits.client, serverClock: new ServerClock(systemClock) };
  const open = createOpenClient<AppRouter>(options);
  const port = browserPaymentPort(options, open);
  return { queryClient: makeQueryClient(), open, payments: { port, desk: new PaymentDesk(port) } };
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // 'online' would leave a page that merely believes to be offline waiting without a word.
        networkMode: 'always',
        staleTime: 5_000,
        retry: (failures, error) => refusalOf(error)?.retryable !== false && failures < QUERY_RETRIES,
      },
      // The clients' own links retry mutations, within a budget; a second retry around them would multiply it.
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
