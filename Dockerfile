# One image for web, worker, beat and prepare: docker-compose.yml says which of deploy/ a container runs.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nakhoncity/assets nakhoncity/assets
RUN npm run --silent build

FROM python:3.11-slim AS libraries
COPY requirements.txt .
RUN python -m venv /libraries \
 && /libraries/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/libraries/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data WEB_HOST=0.0.0.0
# pg_dump and pg_restore for backups, of the version of docker-compose.yml's PostgreSQL or newer.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data portal \
 && mkdir /data \
 && chown portal /data
WORKDIR /app
COPY --from=libraries /libraries /libraries
COPY . .
COPY --from=assets /app/nakhoncity/assets/built nakhoncity/assets/built
# The key serves this one command and stays in no file of the image.
RUN DEMO=1 SECRET_KEY=for-this-command-only DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q manage.py nakhoncity complaints \
 && rm -rf /tmp/build
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["deploy/alive"]
USER portal
CMD ["deploy/web"]
