package dmswitch.task;

import java.util.Iterator;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML within limits, with every scalar as its literal text. */
final class TaskYaml {
  private static final int DEEPEST = 30;
  private static final int MOST_ALIASES = 100;

  private TaskYaml() {}

  /** Keeps a name that looks like a number as text, as DM does if it expects a text. */
  private static final class Texts extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.MERGE, MERGE, "<");
    }
  }

  /**
   * Returns the mapping in the first document; empty if it is not a mapping.
   *
   * @throws UnreadableTaskFile if it is not YAML, or exceeds what a task file needs
   */
  static Map<?, ?> mapping(String text) throws UnreadableTaskFile {
    LoaderOptions options = new LoaderOptions();
    // DM refuses them too.
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(Math.max(1, text.length()));
    DumperOptions none = new DumperOptions();
    Yaml yaml =
        new Yaml(new SafeConstructor(options), new Representer(none), none, options, new Texts());
    try {
      Iterator<Object> documents = yaml.loadAll(text).iterator();
      return documents.hasNext() && documents.next() instanceof Map<?, ?> mapping
          ? mapping
          : Map.of();
    } catch (MarkedYAMLException e) {
      // Its message shows the text, which may contain a password.
      throw new UnreadableTaskFile(
          "is not YAML"
              + (e.getProblemMark() == null ? "" : ", line " + (e.getProblemMark().getLine() + 1)));
    } catch (RuntimeException e) {
      // Explicit tags such as !!int lead to exceptions of many kinds.
      throw new UnreadableTaskFile("is not YAML as a task file has it");
    }
  }
}
