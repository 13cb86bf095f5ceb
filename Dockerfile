# The app, its weights and nothing else: no data set.
#
#   docker build -t sketchbook .                          PyTorch for CPUs
#   docker build -t sketchbook --build-arg TORCH=cuda .   for NVIDIA GPUs; run it with --gpus all
#   docker run --rm -p 8501:8501 sketchbook               then open http://localhost:8501
FROM python:3.11.14-slim-bookworm

ARG TORCH=cpu
ENV PORT=8501 \
    PYTHONUNBUFFERED=1

WORKDIR /app
# The packages come first, in a layer of their own: a change to the app does not install them anew.
COPY requirements.txt ./
COPY .ci/setup .ci/setup
RUN PIP_NO_CACHE_DIR=1 TORCH=${TORCH} sh .ci/setup run

COPY .streamlit .streamlit
COPY assets assets
COPY weights weights
COPY demo demo

RUN useradd --create-home --shell /usr/sbin/nologin sketchbook
USER sketchbook

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD [".venv/bin/python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/_stcore/health', timeout=4)"]
CMD ["sh", "-c", "exec .venv/bin/python -m demo.server --host 0.0.0.0 --port $PORT"]
