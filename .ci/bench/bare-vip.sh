#!/bin/sh
# The documented commands with which a dm-worker follows its virtual IP, and nothing else: no check,
# no fence, no proof. The two conditions are taken as judged before.
#   bare-vip.sh WORKER MASTER TASK HOST PORT MOVE...
# in the DM-Ansible directory; HOST and PORT are the new server's own, MOVE moves the virtual IP.
set -eu
worker=$1 master=$2 task=$3 host=$4 port=$5
shift 5
. "$(dirname "$0")/bare.sh"

pause_relay
await_new_server
until_true pause-task -w "$worker" "$task"
"$@"
until_true switch-relay-master -w "$worker"
until_true resume-relay -w "$worker"
until_true resume-task -w "$worker" "$task"
