package dmswitch.mysql;

import java.util.Locale;

/** Whose server it is; the two differ in GTIDs. */
public enum Flavor {
  /** MySQL and what is built from it (Percona Server). */
  MYSQL,
  /** MariaDB. */
  MARIADB;

  /** Judges what {@code SELECT VERSION()} says, as DM does. */
  public static Flavor ofVersion(String version) {
    return version.toLowerCase(Locale.ROOT).contains("mariadb") ? MARIADB : MYSQL;
  }
}
