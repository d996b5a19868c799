#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs (Debian packages) and starts what the tests need: a private PostgreSQL cluster and a Redis on free loopback
# ports, as an ordinary user, with all data in build/services. Writes build/services/env for tests to source.
set -euo pipefail
cd "$(dirname "$0")/.."
HOME_DIR=$PWD/build/services
PG_BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
USER_NAME=$(id -un); [ "$USER_NAME" = root ] && USER_NAME=postgres

as_user() { if [ "$(id -un)" = "$USER_NAME" ]; then "$@"; else runuser -u "$USER_NAME" -- "$@"; fi; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

install() {
  local missing=()
  [ -x "${PG_BIN:-/nowhere}/initdb" ] || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ ${#missing[@]} -eq 0 ] && return
  echo "installing: ${missing[*]}"
  local sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # The packages must not start servers of their own: ours are private.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  PG_BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
}

start() {
  install
  if status >/dev/null 2>&1; then echo "already running: $(cat "$HOME_DIR/env")"; return; fi
  stop >/dev/null 2>&1 || true
  # An ordinary user may not be able to enter the checkout, so the data lives where it can.
  local data; data=$(as_user mktemp -d "${TMPDIR:-/tmp}/ringside-services.XXXXXX")
  mkdir -p "$HOME_DIR"; echo "$data" >"$HOME_DIR/data"
  local pg_port redis_port; pg_port=$(free_port); redis_port=$(free_port)
  as_user "$PG_BIN/initdb" -D "$data/pg" -U ringside -A trust -E UTF8 --no-locale >/dev/null
  as_user "$PG_BIN/pg_ctl" -D "$data/pg" -l "$data/pg.log" -w \
    -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c max_connections=200" start >/dev/null
  as_user createdb -h 127.0.0.1 -p "$pg_port" -U ringside ringside
  as_user redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$data" --save "" --daemonize yes \
    --pidfile "$data/redis.pid" --logfile "$data/redis.log" >/dev/null
  {
    echo "RINGSIDE_TEST_POSTGRES_URL=postgresql://ringside@127.0.0.1:$pg_port/ringside"
    echo "RINGSIDE_TEST_REDIS_URL=redis://127.0.0.1:$redis_port/0"
  } >"$HOME_DIR/env"
  cat "$HOME_DIR/env"
}

status() {
  local data; data=$(cat "$HOME_DIR/data")
  as_user "$PG_BIN/pg_ctl" -D "$data/pg" status >/dev/null && kill -0 "$(cat "$data/redis.pid")" && echo running
}

stop() {
  local data; data=$(cat "$HOME_DIR/data")
  as_user "$PG_BIN/pg_ctl" -D "$data/pg" -m immediate stop >/dev/null || true
  kill "$(cat "$data/redis.pid")" || true
  rm -rf "$data" "$HOME_DIR"
}

case "${1:-}" in
  start | stop | status | install) "$1" ;;
  *) echo "usage: tools/services.sh start|stop|status|install" >&2; exit 2 ;;
esac
