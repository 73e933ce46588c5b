# The broker, and with `--target sandbox` the Deskera sandbox. Needs no BuildKit.
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc nest-cli.json tsconfig.json ./
COPY apps ./apps
COPY libs ./libs
COPY migrations ./migrations
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production
# The broker's DATA_DIR: a named volume that is mounted there takes over owner and mode.
RUN mkdir -m 0700 /var/lib/token-broker && chown 1000:1000 /var/lib/token-broker
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
# A number, so that an orchestrator can see that it is not root.
USER 1000:1000

FROM base AS sandbox
COPY --from=build /app/dist/apps/deskera-sandbox ./dist/apps/deskera-sandbox
ENV SANDBOX_HOST=0.0.0.0 SANDBOX_PORT=4000
EXPOSE 4000
CMD ["node", "dist/apps/deskera-sandbox/src/main.js"]

FROM base AS broker
COPY --from=build /app/dist/libs ./dist/libs
COPY --from=build /app/dist/migrations ./dist/migrations
COPY --from=build /app/dist/apps/token-broker ./dist/apps/token-broker
ENV PORT=3000 DATA_DIR=/var/lib/token-broker
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The operator's command line is dist/apps/token-broker/src/cli.js.
# node itself, not npm: it gets the signals.
CMD ["node", "--disable-sigusr1", "--max-semi-space-size=4", "dist/apps/token-broker/src/main.js"]
