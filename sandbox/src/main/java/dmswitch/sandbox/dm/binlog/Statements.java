package dmswitch.sandbox.dm.binlog;

import java.util.regex.Pattern;

/** What kind of statement a Query event holds, as far as DM tells them apart. */
public final class Statements {
  /** What DM passes over: its own list, in its source pkg/utils/util.go. */
  private static final Pattern SKIPPED =
      Pattern.compile(
          "SAVEPOINT|FLUSH|OPTIMIZE\\s+TABLE|ANALYZE\\s+TABLE|REPAIR\\s+TABLE"
              + "|DROP\\s+(/\\*!40005\\s+)?TEMPORARY\\s+(\\*/\\s+)?TABLE"
              + "|CREATE\\s+(DEFINER\\s?=.+?)?TRIGGER|DROP\\s+TRIGGER"
              + "|DROP\\s+PROCEDURE|CREATE\\s+(DEFINER\\s?=.+?)?PROCEDURE|ALTER\\s+PROCEDURE"
              + "|CREATE\\s*(OR REPLACE)?\\s+(ALGORITHM\\s?=.+?)?(DEFINER\\s?=.+?)?\\s+"
              + "(SQL SECURITY DEFINER)?VIEW"
              + "|DROP\\s+VIEW"
              + "|ALTER\\s+(ALGORITHM\\s?=.+?)?(DEFINER\\s?=.+?)?(SQL SECURITY DEFINER)?VIEW"
              + "|CREATE\\s+(AGGREGATE)?\\s*?FUNCTION|CREATE\\s+(DEFINER\\s?=.+?)?FUNCTION"
              + "|ALTER\\s+FUNCTION|DROP\\s+FUNCTION"
              + "|CREATE\\s+TABLESPACE|ALTER\\s+TABLESPACE|DROP\\s+TABLESPACE"
              + "|GRANT|REVOKE|CREATE\\s+USER|ALTER\\s+USER|RENAME\\s+USER|DROP\\s+USER"
              + "|SET\\s+PASSWORD",
          Pattern.CASE_INSENSITIVE);

  /** The statements that TiDB's parser knows as DDL. */
  private static final Pattern DDL =
      Pattern.compile(
          "\\s*(/\\*.*?\\*/\\s*)*"
              + "(CREATE\\s+(TEMPORARY\\s+)?(TABLE|DATABASE|SCHEMA)|CREATE\\s+(UNIQUE\\s+|FULLTEXT\\s+"
              + "|SPATIAL\\s+)?INDEX|ALTER\\s+(IGNORE\\s+)?(TABLE|DATABASE|SCHEMA)"
              + "|DROP\\s+(TABLE|DATABASE|SCHEMA|INDEX)|RENAME\\s+TABLE|TRUNCATE)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private Statements() {}

  /** Whether DM passes over the statement without looking at it. */
  public static boolean isSkipped(String statement) {
    return SKIPPED.matcher(statement.strip()).lookingAt();
  }

  /** Whether the statement changes tables or schemas in a way that DM replicates. */
  public static boolean isDdl(String statement) {
    return !isSkipped(statement) && DDL.matcher(statement).lookingAt();
  }
}
