import { openApiOf } from '../../../api/contract/openapi.ts';
import { publicDocument } from '../../../api/contract/public-document.ts';
import { publishedContract } from '../../../api/contract/published-contract.ts';

export const dynamic = 'force-dynamic';

const openApi = openApiOf(publishedContract);

/** The same for callers without tRPC, as their tools read it. */
export function GET(): Response {
  return publicDocument(openApi);
}
