package dmswitch.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dmswitch.gtid.DivergedException;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.gtid.MariadbPosition;
import dmswitch.gtid.TransactionSet;
import java.io.IOException;
import java.util.function.Function;

/**
 * One line of {@code gtid eval}.
 *
 * @param operation one of contains, union, subtract, intersect, equal, normalize, count
 * @param a the first set
 * @param b the second set; null if the operation takes none
 */
record GtidRequest(String operation, String a, String b, GtidFlavor flavor) {
  /** The reason why a request is not valid, in one line. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** Reads the one JSON object that {@code parser} returns next. */
  static GtidRequest read(JsonParser parser) throws IOException, Refused {
    String operation = null;
    String a = null;
    String b = null;
    GtidFlavor flavor = GtidFlavor.MYSQL;
    try {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Refused("wanted a JSON object on each line");
      }
      for (String name; (name = parser.nextFieldName()) != null; ) {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw new Refused("\"" + name + "\" is not a JSON string");
        }
        switch (name) {
          case "op" -> operation = parser.getText();
          case "a" -> a = parser.getText();
          case "b" -> b = parser.getText();
          case "flavor" -> flavor = flavor(parser.getText());
          default -> throw new Refused("\"" + name + "\" is not one of op, a, b, flavor");
        }
      }
      if (parser.nextToken() != null) {
        throw new Refused("something follows the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new Refused("no JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
    if (operation == null || a == null) {
      throw new Refused("\"" + (operation == null ? "op" : "a") + "\" is missing");
    }
    return new GtidRequest(operation, a, b, flavor);
  }

  private static GtidFlavor flavor(String name) throws Refused {
    return switch (name) {
      case "mysql" -> GtidFlavor.MYSQL;
      case "mariadb" -> GtidFlavor.MARIADB;
      default -> throw new Refused("\"flavor\" is neither mysql nor mariadb");
    };
  }

  /** Returns the result: a Boolean, a BigInteger, or a set, whose text is in canonical form. */
  Object evaluate() throws Refused {
    try {
      return switch (flavor) {
        case MYSQL -> evaluate(GtidSet::parse);
        case MARIADB -> evaluate(MariadbPosition::parse);
      };
    } catch (DivergedException e) {
      throw new Refused(e.getMessage());
    }
  }

  private <T extends TransactionSet<T>> Object evaluate(Function<String, T> parser) throws Refused {
    return switch (operation) {
      case "contains" -> first(parser).contains(second(parser));
      case "equal" -> first(parser).equals(second(parser));
      case "union" -> first(parser).union(second(parser));
      case "subtract" -> first(parser).subtract(second(parser));
      case "intersect" -> first(parser).intersect(second(parser));
      case "normalize" -> first(parser);
      case "count" -> first(parser).count();
      default ->
          throw new Refused(
              "\"op\" is not one of contains, union, subtract, intersect, equal, normalize, count");
    };
  }

  private <T> T first(Function<String, T> parser) throws Refused {
    return parsed("a", a, parser);
  }

  private <T> T second(Function<String, T> parser) throws Refused {
    if (b == null) {
      throw new Refused("\"b\" is missing");
    }
    return parsed("b", b, parser);
  }

  private static <T> T parsed(String name, String text, Function<String, T> parser) throws Refused {
    try {
      return parser.apply(text);
    } catch (GtidSyntaxException e) {
      throw new Refused("\"" + name + "\", " + e.getMessage());
    }
  }
}
