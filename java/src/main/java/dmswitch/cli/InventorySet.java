package dmswitch.cli;

import dmswitch.inventory.InventoryEdit;
import dmswitch.inventory.InventoryFile;
import dmswitch.inventory.UpstreamVariables;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dm-switch inventory set}. */
@Command(
    name = "set",
    description = {
      "Gives a dm-worker another upstream in DM-Ansible's inventory.",
      "Only the values that are not right yet change, every other byte stays; the diff is printed,"
          + " passwords masked."
    },
    mixinStandardHelpOptions = true)
final class InventorySet implements Callable<ExitCode> {
  private final Streams streams;

  @Option(
      names = "--inventory",
      required = true,
      paramLabel = "FILE",
      description = "inventory.ini")
  private Path inventory;

  @Option(
      names = "--worker",
      required = true,
      paramLabel = "ALIAS",
      description = "the dm-worker, the first word of its line")
  private String worker;

  @Option(
      names = "--mysql-host",
      required = true,
      paramLabel = "H",
      description = "new host or address; IPv6 with or without brackets")
  private String host;

  @Option(names = "--mysql-port", required = true, paramLabel = "P", description = "new port")
  private String port;

  @Option(names = "--mysql-user", paramLabel = "U", description = "new user (default: as it is)")
  private String user;

  @Option(
      names = "--mysql-password-stdin",
      description =
          "read a new password from standard input, one line; it is written in DM's encrypted form")
  private boolean passwordOnStdin;

  @Option(names = "--dry-run", description = "print the diff, change nothing")
  private boolean dryRun;

  InventorySet(Streams streams) {
    this.streams = streams;
  }

  @Override
  public ExitCode call() {
    UpstreamVariables upstream =
        new UpstreamVariables(
            host.strip(),
            portNumber(),
            Optional.ofNullable(user),
            passwordOnStdin ? Optional.of(password()) : Optional.empty());
    InventoryEdit edit = InventoryEdit.of(InventoryFile.read(inventory), worker, upstream);
    if (!edit.openQuestions().isEmpty()) {
      throw Problem.cannotTell(
          String.join("; ", edit.openQuestions()),
          "to know that editing the line has its effect",
          "look with ansible-vault view; take mysql_* out of there; nothing was changed");
    }
    streams.out().print(edit.unifiedDiff());
    edit.notes().forEach(streams.err()::println);
    if (!edit.isChange()) {
      streams.err().println(worker + " has these values already; nothing was changed");
    } else if (dryRun) {
      streams.err().println("dry run; nothing was changed");
    } else {
      edit.apply();
      streams.err().println(inventory + ": changed " + String.join(", ", edit.changed()));
    }
    return ExitCode.DONE;
  }

  private int portNumber() {
    String number = port.strip();
    if (number.matches("[0-9]{1,9}")) {
      return Integer.parseInt(number);
    }
    throw Problem.wrongUse(
            "the MySQL port '" + port + "' is not a number",
            "a number from 1 to 65535",
            "correct it and run again; nothing was changed")
        .namingRerun();
  }

  private Secret password() {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(streams.in().readAllBytes()))
              .toString()
              .replaceFirst("\r?\n\\z", "");
      if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
        return Secret.of(text);
      }
    } catch (CharacterCodingException e) {
      throw notOnePassword("is not UTF-8");
    } catch (IOException e) {
      throw notOnePassword("cannot be read: " + e.getMessage());
    }
    throw notOnePassword("has more than one line");
  }

  private static Problem notOnePassword(String found) {
    return Problem.wrongUse(
        "standard input " + found,
        "the new MySQL password, one line of UTF-8",
        "pipe it in, for example: dm-switch inventory set ... --mysql-password-stdin < FILE;"
            + " nothing was changed");
  }
}
