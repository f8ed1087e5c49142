export const dynamic = 'force-dynamic';

/** Says that this node answers, which one it is, and which build; and what a chaos build was told to break, and to be. */
export function GET(): Response {
  const isChaos = typeof CHAOS_SEAM === 'boolean' && CHAOS_SEAM;
  return Response.json(
    {
      status: 'ok',
      node: process.env['NODE_NAME'] ?? 'node',
      build: isChaos ? 'chaos' : 'production',
      ...(isChaos && {
        sabotage: process.env['SABOTAGE'] ?? '',
        release: process.env['RELEASE'] ?? 'this',
      }),
    },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}
