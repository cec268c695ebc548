package dmswitch.task;

import dmswitch.mysql.Endpoint;

/**
 * The database to which a task writes.
 *
 * @param endpoint the server, with the password decoded from DM's form
 * @param metaSchema the schema in which the task keeps its checkpoints
 */
public record TargetDatabase(Endpoint endpoint, String metaSchema) {
  /** The default, {@code defaultMetaSchema} in DM's config package. */
  static final String DEFAULT_META_SCHEMA = "dm_meta";
}
