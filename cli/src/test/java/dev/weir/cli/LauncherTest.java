package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script at the root, in a clone whose Java prints its arguments and whose Maven is a script.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >>builds
      echo "a line on standard output"
      case "$*" in *cli*) printf x >cli/target/weir-cli-0.1.0.jar ;; esac
      case "$*" in
        *lambda,local*)
          mkdir -p lambda/target local/target/tools/redis
          printf x >local/target/tools/s3proxy.jar
          printf x >lambda/target/weir-lambda-x86_64.zip
          printf x >lambda/target/weir-lambda-arm64.zip
          ;;
      esac
      """;

  @TempDir Path folder;
  private Path clone;
  private Path jdk;

  @BeforeEach
  void layOut() throws IOException {
    clone = Files.createDirectories(folder.resolve("a clone"));
    Files.copy(Path.of("..", "weir"), clone.resolve("weir"));
    executable(clone.resolve("weir"), Files.readString(clone.resolve("weir")));
    executable(clone.resolve("mvnw"), MAVEN);
    jdk = jdk("17.0.15");
  }

  @Test
  void buildsOnceAndPassesArgumentsOn() throws Exception {
    Result first = run(clone.resolve("weir"), "query", "SELECT 'a b'", "*");
    Result second = run(clone.resolve("weir"), "--version");

    assertEquals(
        "weir: building once, in a minute or two (log: cli/target/build.log) ...\n", first.err);
    List<String> arguments = first.out.lines().toList();
    Path jar = clone.toRealPath().resolve("cli/target/weir-cli-0.1.0.jar");
    assertEquals(
        List.of("-jar", jar.toString(), "query", "SELECT 'a b'", "*"),
        arguments.subList(arguments.indexOf("-jar"), arguments.size()));
    assertEquals("-Xmx%dm".formatted(640 + 192 * 3), arguments.get(0));
    assertEquals("-XX:+UseParallelGC", arguments.get(1));
    assertEquals("", second.err);
    assertEquals(
        List.of(
            "-q -pl cli -am -DskipTests -Dspotless.check.skip=true -Dweir.tools.skip=true package"),
        Files.readAllLines(clone.resolve("builds")));
    assertTrue(Files.notExists(clone.resolve("cli/target/build.lock")));
  }

  @Test
  void localAlsoBuildsWhatIsMissingForItAndNothingElse() throws Exception {
    Result help = run(clone.resolve("weir"), "local", "--help");
    Result local = run(clone.resolve("weir"), "local", "--shards", "1");
    run(clone.resolve("weir"), "local");

    assertEquals(
        List.of(
            "-q -pl cli -am -DskipTests -Dspotless.check.skip=true -Dweir.tools.skip=true package",
            "-q -pl lambda,local -am -DskipTests -Dspotless.check.skip=true package"),
        Files.readAllLines(clone.resolve("builds")));
    assertTrue(!help.out.contains("-Dweir.local"), help.out);
    Path root = clone.toRealPath();
    assertTrue(
        local
            .out
            .lines()
            .toList()
            .containsAll(
                List.of(
                    "-Dweir.local.tools=" + root.resolve("local/target/tools"),
                    "-Dweir.local.function=" + root.resolve("lambda/target"))),
        local.out);
  }

  @Test
  void localInAnEmptyCloneBuildsOnce() throws Exception {
    run(clone.resolve("weir"), "local");

    assertEquals(
        List.of("-q -pl cli,lambda,local -am -DskipTests -Dspotless.check.skip=true package"),
        Files.readAllLines(clone.resolve("builds")));
  }

  @Test
  void buildForLocalThatFailsLeavesTheCommandAlone() throws Exception {
    run(clone.resolve("weir"), "--help");
    executable(clone.resolve("mvnw"), "#!/bin/sh\nexit 1\n");

    assertEquals(1, run(clone.resolve("weir"), "local").code);
    assertEquals(0, run(clone.resolve("weir"), "--help").code);
  }

  @Test
  void worksThroughLinksFromAnyFolder() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("absolute"), clone.resolve("weir"));
    Files.createSymbolicLink(bin.resolve("weir"), Path.of("absolute"));

    Result result = run(bin.resolve("weir"), "--help");

    assertTrue(result.out.endsWith("weir-cli-0.1.0.jar\n--help\n"), result.out);
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    executable(clone.resolve("mvnw"), MAVEN.replace("printf", "sleep 0.2; printf"));

    Process one = start(Map.of(), clone.resolve("weir"), "one");
    Process two = start(Map.of(), clone.resolve("weir"), "two");

    assertEquals(0, finish(one).code);
    assertEquals(0, finish(two).code);
    assertEquals(1, Files.readAllLines(clone.resolve("builds")).size());
  }

  @Test
  void buildThatWasKilledIsDoneAgain() throws Exception {
    Path target = Files.createDirectories(clone.resolve("cli/target"));
    Files.writeString(target.resolve("weir-cli-0.1.0.jar"), "half");
    Path lock = Files.createDirectories(target.resolve("build.lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

    Result result = run(clone.resolve("weir"), "--help");

    assertEquals(0, result.code);
    assertEquals("x", Files.readString(target.resolve("weir-cli-0.1.0.jar")));
  }

  @Test
  void buildThatFailsShowsItsOutputOnStandardError() throws Exception {
    executable(clone.resolve("mvnw"), "#!/bin/sh\necho no network\nexit 1\n");

    Result result = run(clone.resolve("weir"), "--help");

    assertEquals(1, result.code);
    assertEquals("", result.out);
    assertTrue(
        result.err.endsWith("no network\nweir: the build failed; its output is above\n"),
        result.err);
    assertTrue(Files.notExists(clone.resolve("cli/target/build.lock")));
  }

  @Test
  void oldOrMissingJavaIsSaidClearly() throws Exception {
    jdk = jdk("1.8.0_442");
    Result old = run(clone.resolve("weir"));
    assertEquals(
        "weir: the java of JAVA_HOME (" + jdk + ") is version 8; 17 or newer is needed\n", old.err);
    assertEquals(2, old.code);

    jdk = folder.resolve("no jdk");
    Result missing = run(clone.resolve("weir"));
    assertEquals(
        "weir: JAVA_HOME is '" + jdk + "', which has no bin/java; set it to a JDK 17 or newer\n",
        missing.err);
    assertEquals(2, missing.code);
  }

  @Test
  void optionsFitTheVersionOfJavaAndTheEnvironment() throws Exception {
    jdk = jdk("25");
    Result result =
        finish(
            start(
                Map.of("WEIR_HEAP", "2g", "WEIR_JAVA_OPTS", "-Da=1 -Db=*"),
                clone.resolve("weir"),
                "--help"));

    List<String> arguments = result.out.lines().toList();
    assertTrue(
        arguments.containsAll(
            List.of("-Xmx2g", "-Da=1", "-Db=*", "--enable-native-access=ALL-UNNAMED")),
        result.out);
    var serial = Map.of("WEIR_JAVA_OPTS", "-XX:+UseSerialGC");
    String chosen = finish(start(serial, clone.resolve("weir"), "--help")).out;
    assertTrue(chosen.contains("-XX:+UseSerialGC") && !chosen.contains("Parallel"), chosen);
    jdk = jdk("17.0.15");
    assertTrue(!run(clone.resolve("weir")).out.contains("--enable-native-access"));
  }

  private Path jdk(String version) throws IOException {
    Path home = folder.resolve("jdk " + version);
    Files.createDirectories(home.resolve("bin"));
    executable(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(Path script, String... args) throws Exception {
    return finish(start(Map.of(), script, args));
  }

  private Process start(Map<String, String> environment, Path script, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // A machine of three processors, whatever the one is that the test runs on.
    Path tools = Files.createDirectories(folder.resolve("tools"));
    executable(tools.resolve("getconf"), "#!/bin/sh\necho 3\n");
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Result finish(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the script hangs");
    return new Result(process.exitValue(), out, err);
  }

  private record Result(int code, String out, String err) {}
}
