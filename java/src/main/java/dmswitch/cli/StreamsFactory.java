package dmswitch.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;

/** Creates command classes, and passes {@link Streams} to a constructor that takes them. */
final class StreamsFactory implements CommandLine.IFactory {
  private final Streams streams;

  /** Creates a factory for picocli's generator of man pages, which runs no command. */
  StreamsFactory() {
    this(Streams.ofProcess());
  }

  StreamsFactory(Streams streams) {
    this.streams = streams;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0] == Streams.class) {
        return type.cast(constructor.newInstance(streams));
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
