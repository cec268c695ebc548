package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A CA and certificates of servers signed by it, made with the JDK's keytool. */
public final class TestCertificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final Path store;

  public TestCertificates(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.store = folder.resolve("all.p12");
    generate("ca", "-dname", "CN=Test CA", "-ext", "bc:c");
    keytool("-exportcert", "-rfc", "-alias", "ca", "-file", caFile().toString());
  }

  public Path caFile() {
    return folder.resolve("ca.pem");
  }

  /** The certificate of a server that is reached at {@code address}. */
  public Path certificate(String name, String address) throws Exception {
    generate(name, "-dname", "CN=" + name);
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + ".pem");
    keytool("-certreq", "-alias", name, "-file", request.toString());
    keytool(
        "-gencert",
        "-rfc",
        "-alias",
        "ca",
        "-ext",
        "san=" + address,
        "-infile",
        request.toString(),
        "-outfile",
        certificate.toString());
    return certificate;
  }

  /** The private key of that server, in the older form (PKCS #1) that yaSSL wants. */
  public Path key(String name) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] pkcs8 = keys.getKey(name, PASSWORD.toCharArray()).getEncoded();
    // Before it PKCS #8 has: a sequence (4), its version (3), the kind of key (15), a string (4).
    byte[] key = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(key);
    return Files.writeString(
        folder.resolve(name + "-key.pem"),
        "-----BEGIN RSA PRIVATE KEY-----\n" + base64 + "\n-----END RSA PRIVATE KEY-----\n");
  }

  private void generate(String alias, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-alias",
                alias));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(new String[0]));
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    Path log = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "keytool hangs");
    assertEquals(0, process.exitValue(), () -> read(log));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
