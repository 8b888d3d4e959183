#!/usr/bin/env bash
# Starts the invented office in a throw-away folder and lets a browser use it.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
data="$(mktemp -d)"
"$1" demo --live --pace 500ms --patients 40 --addr 127.0.0.1:0 --data "$data" >"$data/out" 2>"$data/log" &
office=$!
trap 'kill "$office" 2>/dev/null; wait "$office" 2>/dev/null; rm -rf "$data"' EXIT
for _ in $(seq 300); do
  [ -s "$data/demo.json" ] && break
  kill -0 "$office" 2>/dev/null || { cat "$data/out" "$data/log"; exit 1; }
  sleep 0.1
done
cd "$here" && MEDOFFICE_DEMO="$data/demo.json" node --test test/*.test.mjs
