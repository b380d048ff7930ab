#!/usr/bin/env bash
# What the action does, as a script that can be run anywhere. Every part runs, also after one that failed. The sagac is the project's own.
set -uo pipefail

# Paths are words: blanks stand between them, and sagac expands patterns. Without any they are the configuration's.
set -f
# shellcheck disable=SC2206,SC2086
paths=(${SAGAC_PATHS:-})
failed=0

# As npx finds it, without starting npm three times.
folder=$PWD
while [ ! -x "$folder/node_modules/.bin/sagac" ] && [ "$folder" != / ]; do folder=$(dirname "$folder"); done
sagac=$folder/node_modules/.bin/sagac
if [ ! -x "$sagac" ]; then
  echo "::error::sagac is not installed here: run \`npm ci\` before, with sagac among the devDependencies."
  exit 2
fi

"$sagac" check ${paths[@]+"${paths[@]}"} --format github || failed=1
if [ "${SAGAC_BUILD:-true}" = true ]; then
  "$sagac" build ${paths[@]+"${paths[@]}"} --check --frozen --quiet || failed=1
fi
if [ -n "${SAGAC_AGAINST:-}" ]; then
  "$sagac" diff ${paths[@]+"${paths[@]}"} --against "$SAGAC_AGAINST" --breaking "${SAGAC_BREAKING:-in-flight,wire}" --format github || failed=1
fi
exit $failed
