/**
 * Two builds of one tree. The chaos build contains the seam (`src/sabotage`), through which the harness
 * puts bugs in on purpose and holds the shop at exact points; told nothing, it behaves as the other.
 * `defineServer` removes the seam from the production build, so no setting can sabotage that one.
 */
const isChaos = process.env.BUILD === 'chaos';

/** @type {import('next').NextConfig} */
export default {
  distDir: isChaos ? '.next-chaos' : '.next',
  compiler: { defineServer: { CHAOS_SEAM: isChaos } },
  typescript: { tsconfigPath: isChaos ? 'tsconfig.chaos.json' : 'tsconfig.web.json' },
  poweredByHeader: false,
  devIndicators: false,
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'pino'],
};
