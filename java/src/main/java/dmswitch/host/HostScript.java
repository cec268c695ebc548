package dmswitch.host;

import dmswitch.dmansible.PrivateFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The script that runs on a worker's host: either looks, or the one operation that changes files
 * there.
 */
enum HostScript {
  LOOKS("ports.py", "relay_files.py", "relay_transactions.py", "worker_process.py"),
  CHANGE("relay_directory_change.py");

  private final String parts;

  /**
   * @param parts the files after host.py, in order
   */
  HostScript(String... parts) {
    this.parts = String.join(" ", parts);
  }

  /** Returns the script that handles all of these requests. */
  static HostScript of(List<Map<String, Object>> requests) {
    return requests.stream()
            .anyMatch(request -> RelayDirectoryChange.OPERATION.equals(request.get("op")))
        ? CHANGE
        : LOOKS;
  }

  /** Returns it as a shell script that finds a Python. Its only argument is the requests. */
  String text() throws IOException {
    return PrivateFolder.resource(HostScript.class, "host.sh").replace("@PYTHON@\n", python());
  }

  /** Returns it as source for Python 2.6 or later. */
  String python() throws IOException {
    StringBuilder python = new StringBuilder();
    for (String part : ("host.py " + parts).split(" ", -1)) {
      python.append(PrivateFolder.resource(HostScript.class, part)).append("\n\n");
    }
    return python + "main()\n";
  }
}
