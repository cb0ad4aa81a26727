package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key and a certificate of 127.0.0.1, made for one test and deleted with its folder. */
public final class Certificates {
  private static final String ALIAS = "test";

  private final Path keys;
  private final Path trust;
  private final String keyPassword;
  private final String trustPassword;

  private Certificates(Path folder, String keyPassword, String trustPassword) {
    this.keys = folder.resolve("keys.p12");
    this.trust = folder.resolve("trust.p12");
    this.keyPassword = keyPassword;
    this.trustPassword = trustPassword;
  }

  /** Makes them by {@code keytool}. */
  public static Certificates make(Path folder, String keyPassword, String trustPassword) {
    Certificates made = new Certificates(folder, keyPassword, trustPassword);
    Path certificate = folder.resolve("certificate.pem");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        ALIAS,
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        made.keys.toString(),
        "-storepass",
        keyPassword);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        ALIAS,
        "-keystore",
        made.keys.toString(),
        "-storepass",
        keyPassword,
        "-file",
        certificate.toString());
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        ALIAS,
        "-file",
        certificate.toString(),
        "-storetype",
        "PKCS12",
        "-keystore",
        made.trust.toString(),
        "-storepass",
        trustPassword);
    return made;
  }

  private static void keytool(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Path log = Files.createTempFile("keytool-", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("keytool failed: " + Files.readString(log));
      }
      Files.delete(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** PKCS#12 file with the key of the server. */
  public Path keys() {
    return keys;
  }

  /** PKCS#12 file with the certificate that clients must trust. */
  public Path trust() {
    return trust;
  }

  public String keyPassword() {
    return keyPassword;
  }

  public String trustPassword() {
    return trustPassword;
  }

  /** The side of a server. */
  SSLContext ofServer() {
    try (InputStream in = Files.newInputStream(keys)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, keyPassword.toCharArray());
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, keyPassword.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("the keys cannot be used", e);
    }
  }
}
