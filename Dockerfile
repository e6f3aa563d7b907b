# Stadtpegel in a container. Parsed by "npm run check", not built there.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY . .
# The prepare script builds the dashboards.
RUN npm ci --omit=dev --no-audit && mkdir /data /backups && chown node:node /data /backups
USER node
VOLUME /data /backups
EXPOSE 8080 1883
# Inside a container the MQTT door must listen on all addresses; who reaches it is decided by the ports that are published.
ENV STADTPEGEL_MQTT_HOST=0.0.0.0
ENV STADTPEGEL_BACKUP_FOLDER=/backups
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/stadtpegel.mjs"]
CMD ["start", "--data", "/data"]
