# One image for every part. `docker run` alone is a whole install on SQLite; compose.yaml takes it apart.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/beacon
COPY requirements/run.txt requirements/
RUN /opt/beacon/bin/pip install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY docs docs
COPY config config
COPY campaigns campaigns
COPY workers workers
RUN /opt/beacon/bin/pip install --no-deps --no-build-isolation . && \
    /opt/beacon/bin/python -m compileall -q /opt/beacon/lib

FROM python:${PYTHON}-slim-bookworm
LABEL org.opencontainers.image.title="Beacon" \
      org.opencontainers.image.description="A self-hosted social media campaign scheduler for advocates" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin beacon && \
    install -d -o beacon -g beacon -m 0700 /data
COPY --from=build /opt/beacon /opt/beacon
# Inside a container "all addresses" is the container's own; what is published of it, compose or -p say.
ENV PATH=/opt/beacon/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    BEACON_DATA_DIR=/data \
    BEACON_HTTP_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8420
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8420/health', timeout=4)"]
ENTRYPOINT ["beacon"]
CMD ["up"]
