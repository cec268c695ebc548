package dmswitch.task;

import dmswitch.mysql.Endpoint;

/**
 * Where a task writes to.
 *
 * @param endpoint the server, with the password opened from DM's form
 * @param metaSchema the schema in which the task keeps its checkpoints
 */
public record TargetDatabase(Endpoint endpoint, String metaSchema) {
  /** {@code defaultMetaSchema} of DM's config package. */
  static final String DEFAULT_META_SCHEMA = "dm_meta";
}
