package dmswitch.cli;

/** The flavor of GTIDs, in DM's terms. */
enum GtidFlavor {
  MYSQL,
  MARIADB
}
