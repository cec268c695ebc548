package dmswitch.check;

import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.program.Lazy;
import dmswitch.task.CheckingItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A task whose start DM would pre-check.
 *
 * @param name the task
 * @param file its task file; empty when none was found, which a paused task does not need
 * @param checked what start-task checks; everything without a file
 * @param sources how many sources it has; 1 without a file
 * @param target to which table its routes lead one of these; empty when it cannot be told; each to
 *     itself without a file
 * @param tables its tables on the new server
 */
public record PrecheckedTask(
    String name,
    Optional<String> file,
    Set<CheckingItem> checked,
    int sources,
    Function<Table, Optional<Table>> target,
    Lazy<List<TableDefinition>> tables) {}
