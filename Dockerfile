# The Idempotency API as an image: production files alone, an unprivileged user, nothing written at run time.
# docs/deployment.md: how to build it behind a mirror of the npm registry, how to run it, and how large it is.

FROM node:24-bookworm-slim AS build
WORKDIR /repository
ENV CI=true \
    pnpm_config_store_dir=/pnpm/store \
    # Each step installs what it needs; a script must not install the rest of the workspace first.
    pnpm_config_verify_deps_before_run=false

COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
# The secret is optional: an .npmrc that names another registry, or carries the credential for one.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm install --global "pnpm@$(node -p 'require("./package.json").devEngines.packageManager.version')"

COPY apps/idempotency-api/package.json apps/idempotency-api/
COPY packages/idempotency-contract/package.json packages/idempotency-contract/
COPY packages/local-postgres/package.json packages/local-postgres/
COPY packages/typescript-config/package.json packages/typescript-config/
# No scripts: they only bring binaries (another Node, PostgreSQL) that build nothing here. The compiler is an optional package.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=cache,id=pnpm-store,target=/pnpm/store \
    pnpm install --frozen-lockfile --ignore-scripts --filter '@infra-services/idempotency-api...'

COPY . .
RUN pnpm --filter '@infra-services/idempotency-api...' run build

RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=cache,id=pnpm-store,target=/pnpm/store \
    pnpm --filter @infra-services/idempotency-api --prod --no-optional --ignore-scripts deploy /service \
 # What nobody runs: declarations, source maps of others, Prisma's query compilers for other databases, and Swagger UI in the
 # forms that the page at /docs does not load.
 && find /service -name '*.d.ts' -delete -o -name '*.d.mts' -delete -o -name '*.d.cts' -delete \
 && find /service/node_modules/.pnpm -name '*.map' -not -path '*/@infra-services+*' -delete \
 && find /service/node_modules/.pnpm -path '*/@prisma/client/runtime/query_compiler_*' -not -name '*.postgresql.*' -delete \
 && find /service/node_modules/.pnpm -path '*/swagger-ui-dist/*.js' -not -name swagger-ui-bundle.js -delete


FROM node:24-bookworm-slim
WORKDIR /service
ENV NODE_ENV=production \
    # Reachable from outside the container, which is what decides who may call.
    HOST=0.0.0.0 \
    PORT=3000
COPY --from=build /service .

# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 1000:1000
EXPOSE 3000

# Ready rather than alive: what depends on the service waits until it can answer claims. The image has no curl.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --start-interval=500ms --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Node itself is process 1: nothing stands between it and SIGTERM. Migrating alone: `docker run … dist/migrate.js`.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["dist/main.js"]
