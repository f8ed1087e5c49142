export const dynamic = 'force-dynamic';

/** Says that this node answers, which one it is, and which build. */
export function GET(): Response {
  const control = typeof PROTECTION_OFF === 'boolean' && PROTECTION_OFF;
  return Response.json(
    { status: 'ok', node: process.env['NODE_NAME'] ?? 'node', build: control ? 'control' : 'production' },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}
