#!/usr/bin/env bash
# mariadb-binlog on the row-based log of inserts, updates and deletes.
#   mariadb.sh prepare DIR     installs MariaDB and makes the log
#   mariadb.sh questions DIR   what to run, a question a line (see PeerSuite.swift)
set -euo pipefail
action=$1 directory=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)

prepare() {
  "$here/../../scripts/install-packages" mariadb-server mariadb-client
  [ -e "$directory/events" ] && return
  rm -rf "$directory"; mkdir -p "$directory"
  chown mysql "$directory"
  mariadb-install-db --no-defaults --user=mysql --datadir="$directory/data" --auth-root-authentication-method=normal \
    >/dev/null 2>&1
  # A path of its own: that of a socket is short.
  local socket; socket=$(TMPDIR=/tmp mktemp -u)
  mariadbd --no-defaults --user=mysql --datadir="$directory/data" --socket="$socket" --skip-networking \
    --log-bin="$directory/data/binlog" --binlog-format=ROW --binlog-checksum=CRC32 --max-binlog-size=1G \
    --innodb-flush-log-at-trx-commit=0 --sync-binlog=0 >"$directory/log" 2>&1 &
  local server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  sql() { mariadb --no-defaults --socket="$socket" -u root "$@"; }
  for _ in $(seq 100); do sql -e "select 1" >/dev/null 2>&1 && break; sleep 0.2; done
  sql -e "create database load_test"
  # Transactions of four rows of about 300 bytes, as the hospital's are.
  {
    echo "create table patient (id int primary key, name varchar(60), born date, note varchar(400));"
    seq 1 30000 | awk '{
      printf "begin; insert into patient values (%d,\"SMITH,JOHN %d\",\"1970-01-0%d\",repeat(\"note %d \",20));", $1, $1, $1 % 9 + 1, $1
      printf "update patient set note=concat(note,\"x\") where id=%d;", int($1 / 2) + 1
      printf "update patient set name=\"JONES,MARY %d\" where id=%d;", $1, int($1 / 3) + 1
      if ($1 % 10 == 0) printf "delete from patient where id=%d;", int($1 / 7) + 1
      print "commit;" }'
  } | sql load_test
  sql -e "flush binary logs"
  sql -e shutdown
  wait "$server" || true
  trap - EXIT
  # The first log holds the load, and the server's own start.
  local log="$directory/data/binlog.000001"
  [ -s "$log" ] || log=$(ls -S "$directory"/data/binlog.[0-9]* | head -1)
  local events; events=$(mariadb-binlog --no-defaults "$log" | grep -c '^# at ')
  echo "$log $events" >"$directory/events"
}

questions() {
  read -r log events <"$directory/events"
  local bytes; bytes=$(stat -c %s "$log")
  line() { printf '%s\t%s\t%s\t%s\t0\t%s\t%s\n' "$1" "mariadb-binlog $2" "$bytes" "$events" "mariadb-binlog --no-defaults $2 $log" "$3"; }
  line count -s "prints the statements without positions: it has no count"
  line verify -c "verifies every event's checksum, and prints everything as SQL: it has no quiet way"
  line "filter, few hits" "-d nothing" "by database, without a hit"
  line "dump as text" "" "rows as BASE64 inside SQL"
  line "dump as text" "-v" "rows decoded"
}
"$action"
