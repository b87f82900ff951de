#!/usr/bin/env bash
# zstd, lz4 and pigz on the journal that mjournal compresses.
#   compressors.sh prepare DIR     installs them
#   compressors.sh questions DIR   what to run, a question a line (see PeerSuite.swift)
set -euo pipefail
action=$1 directory=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)
journal=$(dirname "$directory")/hospital-256M

prepare() {
  "$here/../../scripts/install-packages" zstd lz4 pigz
  mkdir -p "$directory"
  [ -e "$directory/j.zst" ] || zstd -q -6 "$journal" -o "$directory/j.zst"
  [ -e "$directory/j.lz4" ] || lz4 -q -1 "$journal" "$directory/j.lz4"
  [ -e "$directory/j.gz" ] || pigz -6 -c "$journal" >"$directory/j.gz"
}

# A command that writes a file, and what shows that the file is on the disk and holds what it should.
proving() {
  echo "bash -o pipefail -c '$1 && sync $2 && $3 | cmp - $4'"
}

questions() {
  local bytes; bytes=$(stat -c %s "$journal")
  line() { printf '%s\t%s\t%s\t-\t0\t%s\t%s\n' "$1" "$2" "$bytes" "$3" "$4"; }
  local apart="one stream, no chunk to read alone; no sync, not read back"
  for level in 1 3 6; do
    line "compress, zstd $level" "zstd -$level -T2" "zstd -q -f -$level -T2 $journal -o $directory/out.zst" "$apart"
  done
  line "compress, lz4 1" "lz4 -1" "lz4 -q -f -1 $journal $directory/out.lz4" "1 thread; $apart"
  line "compress, zlib 6" "pigz -6 -p2" "pigz -6 -p2 -c $journal > $directory/out.gz" "$apart"
  # With the work that mjournal does: on the disk, and proved to be what it was.
  local proved="1 thread reads back, cmp compares; one stream"
  for level in 1 3; do
    line "compress, zstd $level" "zstd -$level -T2, sync, zstd -dc, cmp" \
      "$(proving "zstd -q -f -$level -T2 $journal -o $directory/out.zst" "$directory/out.zst" "zstd -q -dc $directory/out.zst" "$journal")" "$proved"
  done
  line "compress, lz4 1" "lz4 -1, sync, lz4 -dc, cmp" \
    "$(proving "lz4 -q -f -1 $journal $directory/out.lz4" "$directory/out.lz4" "lz4 -q -dc $directory/out.lz4" "$journal")" "$proved"
  line "decompress, zstd" "zstd -d" "zstd -q -f -d $directory/j.zst -o $directory/out" "1 thread; no sync, not read back"
  line "decompress, lz4" "lz4 -d" "lz4 -q -f -d $directory/j.lz4 $directory/out" "1 thread; no sync, not read back"
  line "decompress, zstd" "zstd -d, sync, zstd -dc, cmp" \
    "$(proving "zstd -q -f -d $directory/j.zst -o $directory/out" "$directory/out" "zstd -q -dc $directory/j.zst" "$directory/out")" "1 thread"
  line "decompress, lz4" "lz4 -d, sync, lz4 -dc, cmp" \
    "$(proving "lz4 -q -f -d $directory/j.lz4 $directory/out" "$directory/out" "lz4 -q -dc $directory/j.lz4" "$directory/out")" "1 thread"
  line "decompress, zlib" "pigz -d" "pigz -d -c $directory/j.gz > $directory/out" "no sync, not read back"
}
"$action"
