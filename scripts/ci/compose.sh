#!/usr/bin/env bash
# The image and docker-compose.yml, for real: `pnpm test:compose` on a container engine, and one file of tests with its
# PostgreSQL from Testcontainers. The engine is the one that answers here; otherwise CONTAINER_ENGINE, a script with
# `up`, `exec COMMAND…` and `down`, brings one up. Without either it fails: an image that nobody built is not shown to work.
#
#     scripts/ci/compose.sh          all of that; an engine that it brought up goes down again
#     scripts/ci/compose.sh begin    brings an engine up, builds the image, and leaves both for later: for a call that is told by
#                                    BEGUN_BY which process this is, and waits for it
set -euo pipefail
cd "$(dirname "$0")/../.."

# What `begin` is at, the other call has to find done.
[ -z "${BEGUN_BY-}" ] || tail --pid="$BEGUN_BY" -f /dev/null

# `pnpm verify` has its temporary files in memory; an engine is another machine, which has none of them.
unset TMPDIR NODE_COMPILE_CACHE

container_engine=${CONTAINER_ENGINE:-../shared/tools/container-engine.sh}

# A build sees this machine's registry, and nothing else of its configuration.
NPMRC=$(mktemp)
export NPMRC
echo "registry=$(npm config get registry 2>/dev/null)" >"$NPMRC"

# The report that CI counts is that of `pnpm test`.
export VITEST_RESULTS="$PWD/.turbo/compose-results.json"

if docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
  on_engine() { "$@"; }
  leave=:
elif [ -x "$container_engine" ]; then
  on_engine() { "$container_engine" exec "$@"; }
  # One that was there before is somebody's, and stays.
  leave=:
  if ! on_engine docker info >/dev/null 2>&1; then
    leave="$container_engine down"
    "$container_engine" up
  fi
else
  rm -f "$NPMRC"
  echo "compose: no container engine answers, and there is no script at $container_engine to bring one up (CONTAINER_ENGINE)" >&2
  exit 1
fi

if [ "${1-}" = begin ]; then
  trap 'rm -f "$NPMRC"' EXIT
  on_engine docker compose build --quiet
  exit
fi
trap 'rm -f "$NPMRC"; $leave' EXIT

# Beside the steps of `pnpm verify` all is built, and to build it again would be in the way of those that read it.
if [ "${VERIFY_COMPOSE-}" = true ]; then
  on_engine npx --yes pnpm exec vitest run --config vitest.compose.config.ts
else
  on_engine npx --yes pnpm test:compose
fi
on_engine npx --yes pnpm exec vitest run apps/idempotency-api/test/persistence/constraints.test.ts
