package dmswitch.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The fields of a request as they are in JSON, before {@link RequestReader} checks them. */
record RequestFields(
    String scenario,
    @JsonProperty(required = true) String dmAnsibleDir,
    String dmInventory,
    @JsonProperty(required = true) String dmWorker,
    String newMysqlHost,
    JsonNode newMysqlPort,
    String newMysqlUser,
    String newMysqlPassword,
    String newMysqlSslMode,
    String newMysqlSslCa,
    List<String> taskFiles,
    String dmAnsiblePlaybook,
    List<String> dmAnsibleArgs,
    String dmctl,
    String dmMasterAddr,
    String taskMode,
    String flushBinaryLogs,
    String rollMode,
    Integer catchUpTimeout,
    Integer drainTimeout,
    Integer upgradeTimeout,
    Integer relayTimeout,
    Integer startTimeout,
    Integer verifyTimeout,
    Integer vipTimeout,
    Integer waited,
    String journalDir,
    String runId,
    Boolean checkMode,
    String server,
    String rescueGtidW) {

  /**
   * Reads the fields.
   *
   * @throws Problem (wrong use) if the text is not a JSON object with these fields
   */
  static RequestFields read(InputStream in) {
    RequestFields fields;
    try {
      fields = Json.mapper().readValue(in, RequestFields.class);
    } catch (UnrecognizedPropertyException e) {
      throw RequestReader.wrong(
          "the request has an unknown field " + e.getPropertyName(), "its known fields");
    } catch (InvalidFormatException e) {
      throw RequestReader.wrong(
          "the request's field " + name(e) + " has a value of the wrong form",
          "a " + e.getTargetType().getSimpleName().toLowerCase(Locale.ROOT));
    } catch (MismatchedInputException e) {
      throw e.getPath().isEmpty()
          ? RequestReader.wrong("the request on stdin is not one JSON object", "a JSON object")
          : RequestReader.wrong(
              "the request lacks the field " + name(e) + " or has it in the wrong form",
              "a JSON object with every required field");
    } catch (JsonMappingException e) {
      throw e.getCause() instanceof JsonParseException notJson
          ? notJson(notJson)
          : RequestReader.wrong(
              "the request's field " + name(e) + " has a value out of range",
              "a value as the module's documentation has it");
    } catch (IOException e) {
      throw notJson(e);
    }
    if (fields == null) {
      throw RequestReader.wrong("the request on stdin is empty", "a JSON object");
    }
    return fields;
  }

  /** Returns the problem without the parser's message, which could quote the password. */
  private static Problem notJson(IOException e) {
    String line =
        e instanceof JsonProcessingException json && json.getLocation() != null
            ? " (line " + json.getLocation().getLineNr() + ")"
            : "";
    return RequestReader.wrong("the request on stdin is not JSON" + line, "a JSON object");
  }

  private static String name(JsonMappingException e) {
    return e.getPath().stream()
        .map(reference -> String.valueOf(reference.getFieldName()))
        .collect(Collectors.joining("."));
  }
}
