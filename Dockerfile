# One image for all programs of the shop: web, worker, sandbox, and the job that migrates and seeds.
# docker-compose.yml says which is which.

FROM node:24-bookworm-slim AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1

# Builds with everything; none of it but the result goes on.
FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node stack/build.ts production

# What runs: no compiler, no test runner, no browser.
FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM base
ENV NODE_ENV=production
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY --from=build /app/src ./src
# What breaks the shop on purpose has no business in an image that serves it.
RUN rm -r ./src/sabotage
COPY --from=build /app/sandbox ./sandbox
COPY --from=build /app/prisma ./prisma
COPY package.json next.config.js ./
# The sandbox keeps its ledger here; the shop itself writes nothing.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
CMD ["node", "node_modules/next/dist/bin/next", "start", "-H", "0.0.0.0", "-p", "3000"]
