package dmswitch.cli;

import picocli.CommandLine.Command;

/** {@code dm-switch gtid}: operations on GTID sets, for the operator and for tests. */
@Command(
    name = "gtid",
    description = "Compares and combines GTID sets; asks no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GtidContains.class, GtidEval.class})
final class GtidCommand {}
