#!/usr/bin/env bash
# pg_waldump on the write-ahead log of a TPC-B-like load.
#   postgresql.sh prepare DIR     installs PostgreSQL and makes the log
#   postgresql.sh questions DIR   what to run, a question a line (see PeerSuite.swift)
set -euo pipefail
action=$1 directory=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)

prepare() {
  "$here/../../scripts/install-packages" postgresql postgresql-contrib
  local bin; bin=$(echo /usr/lib/postgresql/*/bin)
  [ -e "$directory/range" ] && return
  rm -rf "$directory"; mkdir -p "$directory"
  # The server refuses to run as root.
  local user=postgres
  chown "$user" "$directory"
  as() { runuser -u "$user" -- "$@"; }
  as "$bin/initdb" -D "$directory/cluster" >/dev/null
  as "$bin/pg_ctl" -D "$directory/cluster" -w -o "-k $directory -c listen_addresses= -c wal_level=logical \
    -c max_wal_size=8GB -c min_wal_size=4GB -c wal_keep_size=4GB -c synchronous_commit=off -c fsync=off" \
    -l "$directory/log" start >/dev/null
  trap 'as "$bin/pg_ctl" -D "$directory/cluster" -m fast stop >/dev/null || true' EXIT
  as "$bin/pgbench" -h "$directory" -i -s 10 postgres 2>/dev/null >/dev/null
  local start end
  start=$(as "$bin/psql" -h "$directory" -Atc "select pg_current_wal_lsn()" postgres)
  as "$bin/pgbench" -h "$directory" -n -c 4 -j 2 -t 15000 postgres >/dev/null 2>&1
  end=$(as "$bin/psql" -h "$directory" -Atc "select pg_current_wal_lsn()" postgres)
  local bytes; bytes=$(as "$bin/psql" -h "$directory" -Atc "select '$end'::pg_lsn - '$start'::pg_lsn" postgres)
  as "$bin/pg_ctl" -D "$directory/cluster" -m fast stop >/dev/null
  trap - EXIT
  local records
  records=$("$bin/pg_waldump" -p "$directory/cluster/pg_wal" -s "$start" -e "$end" 2>/dev/null | wc -l)
  echo "$start $end $bytes $records" >"$directory/range"
}

questions() {
  local bin; bin=$(echo /usr/lib/postgresql/*/bin)
  read -r start end bytes records <"$directory/range"
  local command="$bin/pg_waldump -p $directory/cluster/pg_wal -s $start -e $end"
  local version; version="pg_waldump $("$bin/pg_waldump" --version | grep -o '[0-9.]*' | head -1)"
  line() { printf '%s\t%s\t%s\t%s\t0\t%s\t%s\n' "$1" "$version $2" "$bytes" "$records" "$command $2" "$3"; }
  line count --stats "verifies every record's checksum; counts by resource manager"
  line verify --quiet "every record's checksum; nothing of its content"
  line "filter, few hits" "-r Transaction" "by resource manager: a number in each record's header; more hits than ours"
  line "dump as text" "" "describes the change in words: no values"
}
"$action"
