package dmswitch.mysql;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Properties;

/** A CA file in the form that Connector/J reads: a key store in a temporary file. */
final class TrustStore implements AutoCloseable {
  private static final String TYPE = "PKCS12";
  // Certificates are public; the format wants some password.
  private static final String PASSWORD = "certificates";

  private final Path file;

  private TrustStore(Path file) {
    this.file = file;
  }

  /**
   * @throws Problem (wrong use) when the file has no certificate or cannot be read
   */
  static TrustStore of(Path caFile) {
    try {
      KeyStore store = KeyStore.getInstance(TYPE);
      store.load(null, null);
      for (Certificate certificate : read(caFile)) {
        store.setCertificateEntry("ca" + store.size(), certificate);
      }
      if (store.size() == 0) {
        throw unusable(caFile, "it holds no certificate");
      }
      Path file = Files.createTempFile("dm-switch-ca", ".p12");
      try (OutputStream out = Files.newOutputStream(file)) {
        store.store(out, PASSWORD.toCharArray());
      }
      return new TrustStore(file);
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(caFile, e.toString());
    }
  }

  private static Collection<? extends Certificate> read(Path caFile)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(caFile)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static Problem unusable(Path caFile, String why) {
    return Problem.wrongUse(
        "the CA file " + caFile + " cannot be used: " + why,
        "certificates in PEM form (-----BEGIN CERTIFICATE-----)",
        "correct the path of the CA file");
  }

  void addTo(Properties properties) {
    properties.setProperty("trustCertificateKeyStoreUrl", file.toUri().toString());
    properties.setProperty("trustCertificateKeyStoreType", TYPE);
    properties.setProperty("trustCertificateKeyStorePassword", PASSWORD);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A few public certificates stay in the temporary folder.
    }
  }
}
