#!/bin/sh
# class-archive.sh JAVA_HOME JAR: the jar's classes as that JVM would load them, into JAR's .jsa
# beside it. With it a step takes half the processor time; another JVM, or the jar somewhere else,
# does without. (-XX:SharedArchiveFile in the java manual of the JDK.)
set -eu
home=$1
jar=$2
archive=${jar%.jar}.jsa
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -f "$archive"

# used WORD...: what a command loads beside the jar's classes, such as those of lambdas.
used() {
  "$home/bin/java" -Xshare:auto -XX:DumpLoadedClassList="$scratch/used" -cp "$jar" dmswitch.cli.Main \
    "$@" </dev/null >/dev/null 2>&1 || :
  [ ! -f "$scratch/used" ] || cat "$scratch/used"
  rm -f "$scratch/used"
}

make_archive() {
  cat "$home/lib/classlist" >"$scratch/classes" &&
    { used --help && used gtid contains "" "" && used plan written; } >>"$scratch/classes" &&
    "$home/bin/jar" tf "$jar" >"$scratch/entries" &&
    sed -n '/^META-INF/!s/\.class$//p' "$scratch/entries" >>"$scratch/classes" &&
    # Not every class of a library can be archived, such as one whose optional dependency is
    # missing; nothing is said of these.
    "$home/bin/java" -Xshare:dump -Xlog:disable -Xlog:all=error:stderr \
      -XX:SharedClassListFile="$scratch/classes" -XX:SharedArchiveFile="$archive.new" -cp "$jar" &&
    mv "$archive.new" "$archive"
}

make_archive || echo "$0: no class archive with $home; every step takes longer" >&2
