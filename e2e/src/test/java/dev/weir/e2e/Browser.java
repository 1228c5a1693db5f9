package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A headless Chromium, told what to do over its DevTools protocol. It reaches nothing but the
 * loopback address, and whatever it writes is in a folder of the test.
 */
final class Browser implements AutoCloseable {
  private static final long BOUND_SECONDS = 60;

  private final WeirProcess process;
  private final Map<Long, CompletableFuture<Json>> answers = new ConcurrentHashMap<>();
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private WebSocket socket;

  private Browser(WeirProcess process) {
    this.process = process;
  }

  /** Starts one, and waits until it can be told things. */
  static Browser start(Path folder) throws Exception {
    Path program = Tools.require("chromium");
    Path home = Files.createDirectory(folder.resolve("chromium"));
    Path profile = home.resolve("profile");
    List<String> command =
        List.of(
            program.toString(),
            "--headless=new",
            "--no-sandbox", // it may run as root here, and opens pages of these tests only
            "--disable-gpu",
            "--hide-scrollbars", // as on phones, where they take no room
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-breakpad",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--user-data-dir=" + profile,
            "--remote-debugging-port=0",
            "about:blank");
    Map<String, String> environment =
        Map.of("HOME", home.toString(), "XDG_CONFIG_HOME", home.toString());
    Browser browser = new Browser(WeirProcess.start(command, home, home, environment));
    try {
      Path port = profile.resolve("DevToolsActivePort");
      boolean running =
          browser.process.runUntil(() -> Files.exists(port) && lines(port).size() == 2);
      assertTrue(running, () -> "chromium has ended; it said:\n" + browser.process.said());
      URI address = URI.create("ws://127.0.0.1:" + lines(port).get(0) + lines(port).get(1));
      browser.socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(address, browser.new Ear())
              .get(BOUND_SECONDS, TimeUnit.SECONDS);
    } catch (Exception | AssertionError e) {
      browser.close();
      throw e;
    }
    return browser;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Opens a page in a tab of this size, and waits until it is there. */
  Page open(URI address, int width, int height) throws Exception {
    Json target = call("", "Target.createTarget", "{\"url\":\"about:blank\"}");
    String id = Json.quoted(target.at("targetId").text());
    Json attached =
        call("", "Target.attachToTarget", "{\"targetId\":%s,\"flatten\":true}".formatted(id));
    String session = attached.at("sessionId").text();
    Page page = new Page(session);
    pages.put(session, page);
    for (String domain : List.of("Page", "Runtime", "Log")) {
      page.call(domain + ".enable", "{}");
    }
    page.call("Page.bringToFront", "{}"); // what is hidden is not drawn
    page.resize(width, height);
    Json navigated = page.call("Page.navigate", "{\"url\":" + Json.quoted(address + "") + "}");
    assertTrue(!navigated.at("errorText").isPresent(), () -> address + ": " + navigated);
    page.await("document.readyState === 'complete' && location.href !== 'about:blank'");
    return page;
  }

  /** A tab. What it complains about is collected from the first moment on. */
  final class Page {
    private final String session;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Page(String session) {
      this.session = session;
    }

    /**
     * Errors and warnings of the console, violations of the content security policy, exceptions
     * that nobody caught, and dialogs.
     */
    List<String> complaints() {
      return List.copyOf(complaints);
    }

    /**
     * Changes the size of what is shown, in CSS pixels. Nothing is zoomed out to fit, as phones do,
     * so that what is too wide is found.
     */
    void resize(int width, int height) throws Exception {
      call(
          "Emulation.setDeviceMetricsOverride",
          "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}"
              .formatted(width, height));
      await("window.innerWidth === " + width);
      settle();
    }

    /** Shows the page as a medium has it, {@code screen} or {@code print}, light or dark. */
    void show(String medium, String scheme) throws Exception {
      call(
          "Emulation.setEmulatedMedia",
          "{\"media\":%s,\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":%s}]}"
              .formatted(Json.quoted(medium), Json.quoted(scheme)));
      settle();
    }

    /** Lets the page draw itself some times: plots follow the size of what they are in. */
    private void settle() throws Exception {
      evaluate(
          "new Promise(done => { let n = 10; const next = () => n-- ? requestAnimationFrame(next) :"
              + " done(); next(); })");
    }

    /** The value of an expression of JavaScript. */
    Json evaluate(String expression) throws Exception {
      Json answer =
          call(
              "Runtime.evaluate",
              "{\"expression\":%s,\"returnByValue\":true,\"awaitPromise\":true}"
                  .formatted(Json.quoted(expression)));
      if (answer.at("exceptionDetails").isPresent()) {
        fail(expression + ": " + answer);
      }
      return answer.at("result", "value");
    }

    /** Waits until an expression is true, within a bound. */
    void await(String expression) throws Exception {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (!Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")").value())) {
        if (System.nanoTime() > deadline || !process.runFor(20)) {
          String shown = evaluate("document.body.innerText").text();
          fail(
              "waited in vain until %s; %s; the page:%n%s"
                  .formatted(expression, complaints, shown));
        }
      }
    }

    private Json call(String method, String parameters) throws Exception {
      return Browser.this.call(session, method, parameters);
    }

    private void hear(String method, Json event) {
      switch (method) {
        case "Runtime.exceptionThrown" ->
            complaints.add("exception: " + event.at("exceptionDetails"));
        case "Runtime.consoleAPICalled" -> {
          if (List.of("error", "warning", "assert").contains(event.at("type").text())) {
            complaints.add("console: " + event.at("args"));
          }
        }
        case "Log.entryAdded" -> {
          if (List.of("error", "warning").contains(event.at("entry", "level").text())) {
            complaints.add("log: " + event.at("entry"));
          }
        }
        case "Page.javascriptDialogOpening" -> complaints.add("dialog: " + event);
        default -> {}
      }
    }
  }

  private Json call(String session, String method, String parameters) throws Exception {
    long id = calls.incrementAndGet();
    CompletableFuture<Json> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String of = session.isEmpty() ? "" : ",\"sessionId\":" + Json.quoted(session);
    String message =
        "{\"id\":%d,\"method\":%s,\"params\":%s%s}"
            .formatted(id, Json.quoted(method), parameters, of);
    socket.sendText(message, true).get(BOUND_SECONDS, TimeUnit.SECONDS);
    Json said = answer.get(BOUND_SECONDS, TimeUnit.SECONDS);
    assertTrue(!said.at("error").isPresent(), () -> message + ": " + said);
    return said.at("result");
  }

  /** Hears answers and events, in order. */
  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        Json message = Json.parse(text.toString());
        text.setLength(0);
        if (message.at("id").isPresent()) {
          answers.remove(message.at("id").number()).complete(message);
        } else {
          Page page = pages.get(message.at("sessionId").text());
          if (page != null) {
            page.hear(message.at("method").text(), message.at("params"));
          }
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      answers.values().forEach(answer -> answer.completeExceptionally(error));
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      onError(from, new IOException("chromium has closed the connection: " + reason));
      return null;
    }
  }

  /** Ends it with all of its processes, which write to the folder until they have ended. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants());
    try {
      if (socket != null) {
        socket.abort();
      }
      all.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle each : all) {
        each.onExit().get(BOUND_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("chromium does not end", e);
    } finally {
      process.close();
    }
  }
}
