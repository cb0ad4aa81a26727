#!/usr/bin/env bash
# Builds the release archive of the current commit twice, in two fresh clones, and compares the archives.
# Ends with 0 if they are equal. Changes that are not committed are not part of it.
#   studies/equal-archives.sh
set -euo pipefail
cd "$(dirname "$0")/.."
commit=$(git rev-parse HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for build in first second; do
  # Of one commit, also where the checkout goes on meanwhile.
  git clone --quiet . "$work/$build"
  git -C "$work/$build" checkout --quiet --detach "$commit"
  (cd "$work/$build" && ./mvnw --batch-mode --no-transfer-progress -Prelease -Dmaven.test.skip=true \
    -Dmaven.javadoc.skip package >"$work/$build.log" 2>&1) || {
    tail -n 20 "$work/$build.log" >&2
    exit 1
  }
  (cd "$work/$build/target" && sha256sum sidereus-*.tar.gz) | tee "$work/$build.sha256"
done
cmp "$work/first.sha256" "$work/second.sha256"
echo "the archives are equal"
