# Runs a roll to its end whatever becomes of the one who started it.
# Arguments: permit, its name once it is taken, file for the process, log, file for the exit status,
# then the command.
permit=$1 taken=$2 process=$3 log=$4 status=$5
shift 5
trap '' HUP
# Nothing is launched on a permit that was revoked.
mv "$permit" "$taken" || exit
# Without this record (the disk is full) no later run finds the roll, and starts another beside it.
echo "$$ $(cut -d ' ' -f 22 "/proc/$$/stat") $(cat /proc/sys/kernel/random/boot_id)" >"$process.new" &&
  mv "$process.new" "$process" || exit
# The files exist already, with their mode: the umask of the roll stays as it is.
(trap - HUP; exec "$@") </dev/null >>"$log" 2>&1
echo "$?" >"$status.new" && mv "$status.new" "$status"
