package dmswitch.cli;

/** Whose GTIDs they are; the words are DM's. */
enum GtidFlavor {
  MYSQL,
  MARIADB
}
