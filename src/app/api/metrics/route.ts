import { webNode } from '../../../api/web-node.ts';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  return (await webNode()).metrics(request);
}
