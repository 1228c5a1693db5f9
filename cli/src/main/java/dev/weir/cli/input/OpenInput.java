package dev.weir.cli.input;

import dev.weir.source.Content;
import dev.weir.source.Framer;
import dev.weir.source.Window;
import java.io.Closeable;
import java.io.IOException;

/** One input while it is read. */
final class OpenInput implements Closeable {
  private final InputFile file;
  private final Content content;
  private final Framer framer;
  private final long arrivalMicros;
  private boolean begun;
  private boolean atEnd;

  OpenInput(InputFile file, Content content, Framer framer, long arrivalMicros) {
    this.file = file;
    this.content = content;
    this.framer = framer;
    this.arrivalMicros = arrivalMicros;
  }

  InputFile file() {
    return file;
  }

  long arrivalMicros() {
    return arrivalMicros;
  }

  /** Whether everything was read; it is framed when {@link #find} answers false after that. */
  boolean atEnd() {
    return atEnd;
  }

  /** Looks for the next record in what was read. */
  boolean find(Window window) {
    if (!begun) {
      begun = window.dropByteOrderMark() || atEnd;
    }
    return begun && framer.find(window, atEnd);
  }

  /** Reads on. */
  void read(Window window) throws IOException {
    atEnd = !window.read(content);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
