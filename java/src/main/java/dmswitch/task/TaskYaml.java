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

/** Reads YAML within bounds, every scalar as the text that is there. */
final class TaskYaml {
  private static final int DEEPEST = 30;
  private static final int MOST_ALIASES = 100;

  private TaskYaml() {}

  /** A name that looks like a number stays the text it is, as in DM's reading of a text. */
  private static final class Texts extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.MERGE, MERGE, "<");
    }
  }

  /**
   * Returns the mapping that the first document is; empty if it is none.
   *
   * @throws UnreadableTaskFile when it is not YAML, or more than a task file needs
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
      // Its message shows the text, which may hold a password.
      throw new UnreadableTaskFile(
          "is not YAML"
              + (e.getProblemMark() == null ? "" : ", line " + (e.getProblemMark().getLine() + 1)));
    } catch (RuntimeException e) {
      // Explicit tags such as !!int lead to exceptions of many kinds.
      throw new UnreadableTaskFile("is not YAML as a task file has it");
    }
  }
}
