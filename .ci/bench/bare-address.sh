#!/bin/sh
# The documented commands with which a dm-worker gets another upstream address, and nothing else:
# no check, no fence, no proof. The two conditions are taken as judged before.
#   bare-address.sh ANSIBLE_PLAYBOOK ALIAS WORKER MASTER TASK HOST PORT
# in the DM-Ansible directory.
set -eu
playbook=$1 alias=$2 worker=$3 master=$4 task=$5 host=$6 port=$7
. "$(dirname "$0")/bare.sh"

pause_relay
await_new_server
until_true stop-task "$task"
sed -i "/^$alias /{s/ mysql_host=[^ ]*/ mysql_host=$host/;s/ mysql_port=[^ ]*/ mysql_port=$port/}" \
  inventory.ini
"$playbook" rolling_update.yml --tags=dm-worker -l "$alias"
# Until dm-master has reconnected.
until_true start-task "conf/$task.yaml"
