#!/usr/bin/env bash
# Compares SQLite and DuckDB as the database of the explorer; docs/notes/explorer.md has the figures.
#   studies/explorer-database.sh SQLITE.jar DUCKDB.jar SLF4J.jar [ROWS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for kind in sqlite duckdb; do
  java -cp "$1:$2:$3" "$here/explorer-database/DatabaseStudy.java" "$kind" "${4:-20000}"
done
