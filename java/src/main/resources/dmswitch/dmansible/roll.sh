# Runs a roll to its end whatever becomes of the one who started it.
# Arguments: file for the process, log, file for the exit status, then the command.
process=$1 log=$2 status=$3
shift 3
trap '' HUP
echo "$$ $(cut -d ' ' -f 22 "/proc/$$/stat") $(cat /proc/sys/kernel/random/boot_id)" >"$process.new"
mv "$process.new" "$process"
# The files exist already, with their mode: the umask of the roll stays as it is.
(trap - HUP; exec "$@") </dev/null >>"$log" 2>&1
echo "$?" >"$status.new"
mv "$status.new" "$status"
