package dmswitch.cli;

import picocli.CommandLine.Command;

/**
 * {@code dm-switch gtid}: the sets that the decisions rest on, as text for the operator and for
 * tests.
 */
@Command(
    name = "gtid",
    description = "Compares and combines GTID sets; asks no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GtidContains.class, GtidEval.class})
final class GtidCommand {}
