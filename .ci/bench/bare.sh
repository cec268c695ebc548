# shellcheck shell=sh
# Read by bare-address.sh and bare-vip.sh.

dmctl() { dmctl/dmctl --master-addr "$master" "$@"; }

# until_true COMMAND...: until every result of it is true.
until_true() {
  tries=0
  until answer=$(dmctl "$@") && case $answer in
    *'"result": false'*) false ;;
    *'"result": true'*) true ;;
    *) false ;;
  esac do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { printf '%s\n' "$answer" >&2; exit 1; }
    sleep 0.2
  done
}

pause_relay() { until_true pause-relay -w "$worker"; }

# Until the new server has executed all that relay holds.
await_new_server() {
  w=$(dmctl query-status -w "$worker" | sed -n 's/\\n//g; s/.*"relayBinlogGtid": "\(.*\)".*/\1/p')
  [ -n "$w" ] || { echo "query-status shows no relayBinlogGtid" >&2; exit 1; }
  [ "$(MYSQL_PWD=sandbox mysql -h "$host" -P "$port" -u root -N -B \
    -e "SELECT WAIT_FOR_EXECUTED_GTID_SET('$w', 60)")" = 0 ]
}
