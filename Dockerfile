# The service of bareme. Built in one stage, run in another that has no compiler and no package cache.
FROM python:3.13.1-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/bareme
WORKDIR /src
COPY requirements ./requirements
RUN /opt/bareme/bin/pip install --require-hashes -r requirements/service.txt -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/bareme/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13.1-slim-bookworm
RUN groupadd --system --gid 10001 bareme \
  && useradd --system --uid 10001 --gid bareme --home-dir /data --no-create-home bareme \
  && install --directory --owner=bareme --group=bareme --mode=0700 /data
COPY --from=build /opt/bareme /opt/bareme
ENV PATH=/opt/bareme/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BAREME_HOST=0.0.0.0 \
    BAREME_PORT=8000 \
    BAREME_BOOK=/data/book.sqlite \
    BAREME_CACHE=/tmp/bareme
USER bareme
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/v1/ready', timeout=4)"]
ENTRYPOINT ["bareme"]
CMD ["serve"]
