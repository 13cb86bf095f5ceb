# The app, its weights and nothing else: no data set.
#
#   docker build -t sketchbook .                          PyTorch for CPUs
#   docker build -t sketchbook --build-arg TORCH=cuda .   for NVIDIA GPUs; run it with --gpus all
#   docker run --rm -p 8501:8501 sketchbook               then open http://localhost:8501
FROM python:3.11.15-slim-bookworm@sha256:d29f48a31a8b408ed19272ca1e7b10ebae13b240a27e862d3d4217c528e2e0c3

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

RUN useradd --uid 1000 --create-home --shell /usr/sbin/nologin sketchbook
# By number: Kubernetes cannot tell from a name that it is not root's.
USER 1000

EXPOSE 8501
# Answers 200 as soon as a learner is ready to.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
    CMD ["sh", "-c", "exec .venv/bin/python -c \"import urllib.request as r; r.urlopen('http://127.0.0.1:$PORT/health', timeout=4)\""]
CMD ["sh", "-c", "exec .venv/bin/python -m demo.server --host 0.0.0.0 --port $PORT"]
