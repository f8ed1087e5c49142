import { publicDocument } from '../../../api/contract/public-document.ts';
import { publishedContract } from '../../../api/contract/published-contract.ts';

export const dynamic = 'force-dynamic';

/** What each procedure promises, for programs. */
export function GET(): Response {
  return publicDocument(publishedContract);
}
