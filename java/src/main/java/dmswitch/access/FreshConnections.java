package dmswitch.access;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Repeats a query on several fresh connections. Behind a VIP, a proxy or a name, each may reach
 * another server.
 */
public final class FreshConnections {
  /** How many answers in a row must agree. */
  public static final int IN_A_ROW = 3;

  private FreshConnections() {}

  /**
   * Repeats the query until one answer differs.
   *
   * @param ends an answer after which the others would be the same
   * @return the one answer that all gave, or the first one and the first that differs
   */
  public static <T> List<T> answers(Supplier<T> question, Predicate<T> ends) {
    List<T> answers = new ArrayList<>(List.of(question.get()));
    for (int i = 1; i < IN_A_ROW && answers.size() == 1 && !ends.test(answers.get(0)); i++) {
      T again = question.get();
      if (!again.equals(answers.get(0))) {
        answers.add(again);
      }
    }
    return answers;
  }
}
