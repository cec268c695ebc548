package dmswitch.cli;

import picocli.CommandLine.Command;

/** {@code dm-switch inventory}: DM-Ansible's inventory. */
@Command(
    name = "inventory",
    description = "Edits DM-Ansible's inventory in place.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {InventorySet.class, InventorySwitched.class})
final class InventoryCommand {}
