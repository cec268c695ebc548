package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayTail;
import dmswitch.json.Json;
import dmswitch.relay.RelayView;

/**
 * The fence: where relay was when it was paused, and what follows that (rule 7).
 *
 * @param gtidW W at the fence
 * @param subDir relay's sub dir
 * @param relayBinlog file and position
 * @param halfTransaction whether a half transaction comes after the position
 * @param gtidBehind whole transactions there that W does not count, and what is there of the half
 * @param bytesBehind how much of relay's file is there
 */
record Fence(
    GtidSet gtidW,
    String subDir,
    String relayBinlog,
    boolean halfTransaction,
    GtidSet gtidBehind,
    long bytesBehind) {

  /** As the journal has it. */
  static ObjectNode toJson(RelayView relay, RelayTail tail) {
    ObjectNode fence = Json.object();
    fence.put("gtid_w", relay.gtidW().toString());
    fence.put("relay_sub_dir", relay.subDir().toString());
    fence.put("relay_binlog", relay.binlog().toString());
    fence.put("half_transaction", tail.half().isPresent());
    fence.put("gtid_behind_w", Conditions.behind(tail).toString());
    fence.put("bytes_behind_w", tail.bytesBehind());
    return fence;
  }

  /** Returns whether tasks read after W what they read again from the new server. */
  boolean isUnclean() {
    return halfTransaction || !gtidBehind.isEmpty();
  }

  /** Returns whether this comes after W as it was judged at the fence. */
  boolean judged(RelayTail tail) {
    return tail.isClean() || (isUnclean() && tail.bytesBehind() == bytesBehind);
  }

  static Fence of(JsonNode data) {
    return new Fence(
        RelayView.set(data.path("gtid_w").asText(), "gtid_w of the journal"),
        data.path("relay_sub_dir").asText(),
        data.path("relay_binlog").asText(),
        data.path("half_transaction").asBoolean(),
        RelayView.set(data.path("gtid_behind_w").asText(), "gtid_behind_w of the journal"),
        data.path("bytes_behind_w").asLong());
  }
}
