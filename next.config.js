/**
 * Two builds of one tree. The control build is the shop with its protection off: the harness runs it
 * to show that its faults do make duplicates. `defineServer` removes the branch from the other build,
 * so no setting can turn the protection off in production.
 */
const isControl = process.env.BUILD === 'control';

/** @type {import('next').NextConfig} */
export default {
  distDir: isControl ? '.next-control' : '.next',
  compiler: { defineServer: { PROTECTION_OFF: isControl } },
  typescript: { tsconfigPath: isControl ? 'tsconfig.control.json' : 'tsconfig.web.json' },
  poweredByHeader: false,
  devIndicators: false,
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'pino'],
};
