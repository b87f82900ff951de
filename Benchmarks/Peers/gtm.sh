#!/usr/bin/env bash
# GT.M's mupip journal on a journal of SETs and KILLs in the same language.
#   gtm.sh prepare DIR     installs GT.M and makes the journal
#   gtm.sh questions DIR   what to run, a question a line (see PeerSuite.swift)
set -euo pipefail
action=$1 directory=$(realpath -m "$2")
here=$(cd "$(dirname "$0")" && pwd)

environment() {
  export gtm_dist; gtm_dist=$(echo /usr/lib/*/fis-gtm/V*)
  export gtmgbldir="$directory/load.gld" gtmroutines="$directory($directory) $gtm_dist/libgtmutil.so" gtm_tmp=/tmp LC_ALL=C
}

prepare() {
  "$here/../../scripts/install-packages" fis-gtm
  environment
  [ -e "$directory/records" ] && return
  rm -rf "$directory"; mkdir -p "$directory"
  cd "$directory"
  printf '%s\n' 'change -segment DEFAULT -allocation=100000 -block_size=4096 -global_buffer_count=4000' \
    "change -segment DEFAULT -file_name=\"$directory/load.dat\"" \
    'change -region DEFAULT -record_size=3000 -key_size=200' exit | "$gtm_dist/mumps" -run GDE >/dev/null 2>&1
  "$gtm_dist/mupip" create >/dev/null 2>&1
  "$gtm_dist/mupip" set -journal="enable,on,nobefore_images,file=$directory/load.mjl,allocation=800000,extension=100000" \
    -region DEFAULT >/dev/null 2>&1
  # Index nodes, rows and transactions with KILLs, as the hospital's journal has them.
  cat >load.m <<'M'
load
 for i=1:1:200000 do
 . set ^PAT("NameIdx"," SMITH,JOHN "_(i#9973),i)=""
 . set ^DPT(i,0)="SMITH,JOHN "_i_"^M^19700101^^"_(i*7919#1000000000)
 . set ^LR(i#50000,3240709-(i#40),i)="GLUCOSE^"_(i#20000/10)_"^mg/dl^"_(i#86400)_"^H"
 . if i#10=0 tstart ():serial  set ^BIL(i#60,"balance")=i,^BIL(i#60+60,"balance")=-i kill ^WRD(i#400) tcommit
 set ^RARE(1)="needle"
 quit
M
  "$gtm_dist/mumps" -run load </dev/null
  "$gtm_dist/mupip" rundown -region DEFAULT >/dev/null 2>&1 || true
  # Simple extraction writes a record a line, behind a line with the format's name.
  "$gtm_dist/mupip" journal -extract="$directory/all.mjf" -forward "$directory/load.mjl" >/dev/null 2>&1
  echo "$(wc -l <"$directory/all.mjf")" >"$directory/records"
  rm -f "$directory/all.mjf"
}

questions() {
  environment
  local records bytes; records=$(cat "$directory/records")
  # The file is allocated in large pieces: what is used counts.
  bytes=$("$gtm_dist/mupip" journal -show=header -forward -noverify "$directory/load.mjl" 2>&1 \
    | awk '/End of Data/ && !found++ { print $4 + 0 }')
  [ -n "$bytes" ] && [ "$bytes" -gt 0 ] || bytes=$(stat -c %s "$directory/load.mjl")
  local start="env gtm_dist=$gtm_dist gtmgbldir=$gtmgbldir LC_ALL=C $gtm_dist/mupip journal"
  line() {
    printf '%s\t%s\t%s\t%s\t0\t%s\t%s\n' "$1" "GT.M mupip journal $2" "$bytes" "$records" \
      "$start $3 -forward $directory/load.mjl" "$4"
  }
  line count "-show=statistics -noverify" "-show=statistics -noverify" "counts by type and process; verifies nothing"
  line count "-show=statistics" "-show=statistics" "verifies checksums as well"
  line verify -verify "-verify" "checksums, and every record's fields"
  line "filter, few hits" "-extract -global=^RARE" "-extract=-stdout -global=^RARE" "by global; verifies as well"
  line "dump as text" -extract "-extract=-stdout" "a line a record with its key and value; verifies as well"
}
"$action"
