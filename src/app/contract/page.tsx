import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { contractInWords } from '../../api/contract/in-words.ts';
import { publishedContract } from '../../api/contract/published-contract.ts';
import { ContractView } from '../../ui/contract/contract-view.tsx';

export const metadata: Metadata = {
  title: 'What callers can rely on',
  description: 'What each call of the shop promises, which errors are definite, and how to retry.',
};

export default function ContractPage(): ReactNode {
  return <ContractView contract={contractInWords(publishedContract)} />;
}
