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
 * A task that DM would pre-check on start-task.
 *
 * @param name the task
 * @param file its task file; empty if none was found, which a paused task does not need
 * @param checked the items that start-task checks; all of them if there is no file
 * @param sources how many sources it has; 1 without a file
 * @param target the target table to which its routes map one of its tables; empty if unknown; the
 *     same table if there is no file
 * @param tables its tables on the new server
 */
public record PrecheckedTask(
    String name,
    Optional<String> file,
    Set<CheckingItem> checked,
    int sources,
    Function<Table, Optional<Table>> target,
    Lazy<List<TableDefinition>> tables) {}
