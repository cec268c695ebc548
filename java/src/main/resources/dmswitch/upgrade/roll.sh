# Runs a roll to its end whatever becomes of the one who started it.
# Arguments: permit, its name once it is taken, file for the process, log, file for the exit status,
# the first task of a short roll or nothing, then the command; a short roll adds its playbooks.
permit=$1 taken=$2 process=$3 log=$4 status=$5 first_task=$6
shift 6
trap '' HUP
# Nothing is launched on a permit that was revoked.
mv "$permit" "$taken" || exit
# Without this record (the disk is full) no later run finds the roll, and starts another beside it.
echo "$$ $(cut -d ' ' -f 22 "/proc/$$/stat") $(cat /proc/sys/kernel/random/boot_id)" >"$process.new" &&
  mv "$process.new" "$process" || exit
# The files exist already, with their mode: the umask of the roll stays as it is. No process is in
# between: the end of one that is killed would be taken for that of an ansible that goes on.
call() {
  (trap - HUP; exec "$@") </dev/null >>"$log" 2>&1
}
if [ -z "$first_task" ]; then
  call "$@"
else
  call "$@" stop.yml && call "$@" rolling_update.yml "--start-at-task=$first_task"
fi
echo "$?" >"$status.new" && mv "$status.new" "$status"
