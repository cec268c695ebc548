package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Parses the answer of {@code ports.py} on a worker's host. */
final class PortAnswer {
  private PortAnswer() {}

  static PortProbe probe(JsonNode answer) {
    return new PortProbe(
        PortProbe.State.valueOf(answer.path("state").asText()),
        answer.path("detail").asText(),
        greetings(answer.path("greetings")),
        closed(answer.path("closed")));
  }

  private static List<PortProbe.Closed> closed(JsonNode array) {
    List<PortProbe.Closed> closed = new ArrayList<>();
    for (JsonNode one : array) {
      closed.add(
          new PortProbe.Closed(
              one.path("address").asText(),
              PortProbe.State.valueOf(one.path("state").asText()),
              one.path("detail").asText()));
    }
    return closed;
  }

  private static List<Greeting> greetings(JsonNode array) {
    List<Greeting> greetings = new ArrayList<>();
    for (JsonNode greeting : array) {
      greetings.add(
          new Greeting(
              greeting.path("address").asText(),
              greeting.path("version").asText(),
              greeting.path("id").longValue(),
              greeting.path("error").asText(),
              greeting.path("number").intValue()));
    }
    return greetings;
  }
}
