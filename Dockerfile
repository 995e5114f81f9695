# One image for every process: the API by default, `node dist/worker.js` for a worker, `node dist/cli.js` for commands.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY src ./src
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PRESSROOM_STORAGE_DIR=/var/lib/pressroom/storage
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /build/dist ./dist
# A volume that is mounted here takes over this owner when it is empty.
RUN install -d -o node -g node -m 0700 /var/lib/pressroom /var/lib/pressroom/storage
USER node
EXPOSE 3000
# Of the API; other processes switch it off, as docker-compose.yml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
