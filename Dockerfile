# Nothing is compiled: every native part comes ready-made inside its package.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Three packages of the lock file are folders of ours.
COPY config/stubs config/stubs
RUN npm ci --omit=dev

FROM node:24-slim
# The variables of the C library and the options below are those of config/node/options.mjs.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    NODE_DISABLE_COMPILE_CACHE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=32768
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
# With what surrounds it: /source.tar.gz gives what one needs to run it elsewhere (AGPL-3.0, section 13).
COPY package.json package-lock.json .npmrc Dockerfile .dockerignore LICENSE CHANGELOG.md INSTALL.en.md INSTALL.md README.md SECURITY.md ./
COPY config config
COPY db db
COPY federation federation
COPY server server
COPY views views
RUN node --disable-warning=ExperimentalWarning config/node/types.mjs
RUN install --directory --owner=node --group=node --mode=700 /data
USER node
VOLUME /data
EXPOSE 3000
# A migration of a large database may take a while before the first answer.
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--import=/app/config/node/loader.mjs", "--max-semi-space-size=4", "--heap-growing-percent=25", "server/main.ts"]
